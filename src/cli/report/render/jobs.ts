import { Messages } from '@salesforce/core';
import { formatBytes, formatCount, formatElapsed } from '../../units.js';
import { html, type Hole, type Html } from './html.js';
import type { ReportJob, ReportOrg, ReportPage } from '../page.js';
import { section, table } from './table.js';
import { setupLink } from '../../setup-link.js';
import { time } from './head.js';

Messages.importMessagesDirectoryFromMetaUrl(import.meta.url);
const messages = Messages.loadMessages('sf-plugin-bulk2', 'bulk2.report');

/** The jobs of the load, as the org told them last. */
export function jobs({ jobs: rows, org }: ReportPage): Html | undefined {
  if (rows.length === 0) return undefined;
  const heading = messages.getMessage('jobs.heading');
  const columns = [
    { title: messages.getMessage('jobs.job') },
    { title: messages.getMessage('jobs.state') },
    { title: messages.getMessage('jobs.rows'), isNumber: true },
    { title: messages.getMessage('jobs.failed'), isNumber: true },
    { title: messages.getMessage('jobs.size'), isNumber: true },
    { title: messages.getMessage('jobs.retries'), isNumber: true },
    { title: messages.getMessage('jobs.created') },
    { title: messages.getMessage('jobs.time') },
  ];
  const cellsOf = (job: ReportJob) => jobCells(job, org);
  return section('jobs', heading, table({ caption: heading, columns, rows, cellsOf }));
}

function jobCells(job: ReportJob, org: ReportOrg): Hole[] {
  return [
    idCell(job, org),
    stateCell(job),
    job.rows !== undefined && formatCount(job.rows),
    job.failed !== undefined && formatCount(job.failed),
    job.bytes !== undefined && formatBytes(job.bytes),
    job.retries,
    job.createdAt !== undefined && time(job.createdAt),
    timeText(job),
  ];
}

function idCell({ id, isRetry }: ReportJob, org: ReportOrg): Html {
  const again = isRetry && html`<span class="quiet">${messages.getMessage('jobs.again')}</span>`;
  return html`${id === undefined ? messages.getMessage('jobs.none') : jobLink(id, org)} ${again}`;
}

/** The id, which leads to the job's page in Setup. An address that no browser should follow is left out. */
export function jobLink(id: string, { instanceUrl }: ReportOrg): Html {
  const code = html`<code>${id}</code>`;
  return /^https?:/.test(instanceUrl) ? html`<a href="${setupLink(instanceUrl, id)}">${code}</a>` : code;
}

function stateCell({ state, errorMessage }: ReportJob): Html {
  return html`<span class="state">${state}</span>
    ${errorMessage !== undefined && html`<p class="reason">${errorMessage}</p>`}`;
}

function timeText({ processingMs, apexMs = 0 }: ReportJob): Hole {
  if (processingMs === undefined) return undefined;
  const apex =
    apexMs > 0 && html`<p class="quiet">${messages.getMessage('jobs.apex', [formatElapsed(apexMs)])}</p>`;
  return html`<span class="whole">${formatElapsed(processingMs)}</span> ${apex}`;
}
