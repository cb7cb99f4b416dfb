import { Messages } from '@salesforce/core';
import { formatCount } from '../../units.js';
import type { CopyFacts, CopyStepFacts, ReportOrg, ReportPage } from '../page.js';
import { html, type Hole, type Html } from './html.js';
import { jobLink } from './jobs.js';
import { section, table } from './table.js';

Messages.importMessagesDirectoryFromMetaUrl(import.meta.url);
const messages = Messages.loadMessages('sf-plugin-bulk2', 'bulk2.report');

/** The loads of a copy in their order, as far as they have come. */
export function copySteps({ copy, org }: ReportPage): Html | undefined {
  if (copy === undefined || copy.steps.length === 0) return undefined;
  const heading = messages.getMessage('copy.steps');
  const columns = [
    { title: messages.getMessage('copy.step') },
    { title: messages.getMessage('copy.does') },
    { title: messages.getMessage('counts.successful'), isNumber: true },
    { title: messages.getMessage('counts.failed'), isNumber: true },
    { title: messages.getMessage('counts.unprocessed'), isNumber: true },
    { title: messages.getMessage('counts.held'), isNumber: true },
    { title: messages.getMessage('copy.jobs') },
  ];
  const cellsOf = (step: CopyStepFacts) => stepCells(step, org);
  return section('copy-steps', heading, table({ caption: heading, columns, rows: copy.steps, cellsOf }));
}

function stepCells({ name, does, counts, state, jobIds }: CopyStepFacts, org: ReportOrg): Hole[] {
  const count = (rows: number | undefined): Hole => rows !== undefined && formatCount(rows);
  const isBroken = state === 'Failed' || state === 'Aborted';
  return [
    name,
    html`${messages.getMessage(`copy.does.${does}`)} ${isBroken && html`<p class="reason">${state}</p>`}`,
    count(counts?.successful),
    count(counts?.failed),
    count(counts?.unprocessed),
    count(counts?.held),
    jobIds.map((id) => html`${jobLink(id, org)} `),
  ];
}

/** Why records failed, by object. */
export function copyErrors({ copy }: ReportPage): Html | undefined {
  if (copy === undefined || copy.errors.length === 0) return undefined;
  const heading = messages.getMessage('errors.heading');
  const columns = [
    { title: messages.getMessage('copy.object') },
    { title: messages.getMessage('copy.records'), isNumber: true },
    { title: messages.getMessage('errors.error') },
  ];
  const cellsOf = ({ object, count, code, message }: CopyFacts['errors'][number]): Hole[] => [
    object,
    formatCount(count),
    html`<strong class="code">${code}</strong>
      <p>${message}</p>`,
  ];
  return section('errors', heading, table({ caption: heading, columns, rows: copy.errors, cellsOf }));
}

/** Where the records come from, and owners that the target doesn't have. */
export function copyNotes({ copy }: ReportPage): Html | undefined {
  if (copy === undefined || copy.missingOwners.length === 0) return undefined;
  const list = html`<ul>
    ${copy.missingOwners.slice(0, mostOwners).map((name) => html`<li>${name}</li>`)}
  </ul>`;
  const more = copy.missingOwners.length - mostOwners;
  const rest =
    more > 0 && html`<p class="quiet">${messages.getMessage('table.more', [formatCount(more)])}</p>`;
  return section('owners', messages.getMessage('copy.owners'), html`${list} ${rest}`);
}

const mostOwners = 100;

export function copyFiles({ copy }: ReportPage): Html | undefined {
  if (copy === undefined || copy.files.length === 0) return undefined;
  const list = html`<ul>
    ${copy.files.map((path) => html`<li><code>${path}</code></li>`)}
  </ul>`;
  return section('files', messages.getMessage('files.heading'), list);
}
