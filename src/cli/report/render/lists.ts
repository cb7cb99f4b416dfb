import { Messages } from '@salesforce/core';
import type { InputProblem } from '../../../lib/errors.js';
import { html, type Html } from './html.js';
import type { NextStep, ReportPage } from '../page.js';
import { section, table } from './table.js';

Messages.importMessagesDirectoryFromMetaUrl(import.meta.url);
const messages = Messages.loadMessages('sf-plugin-bulk2', 'bulk2.report');

/** What ended the load early. */
export function failure({ failure: found }: ReportPage): Html | undefined {
  if (found === undefined) return undefined;
  const { message, actions } = found;
  const content = html`<div class="callout">
    <p class="lines">${message}</p>
    ${actions.map((action) => html`<p class="quiet">${action}</p>`)}
  </div>`;
  return section('failure', messages.getMessage('failure.heading'), content);
}

/** What is wrong with an input that was refused, and where. */
export function problems({ problems: rows }: ReportPage): Html | undefined {
  if (rows.length === 0) return undefined;
  const heading = messages.getMessage('problems.heading');
  const columns = [
    { title: messages.getMessage('problems.place') },
    { title: messages.getMessage('problems.problem') },
  ];
  const cellsOf = (problem: InputProblem) => [placeText(problem), problem.message];
  return section('problems', heading, table({ caption: heading, columns, rows, cellsOf }));
}

function placeText({ file, row, column }: InputProblem): string {
  const parts = [
    file,
    row === 0 ? messages.getMessage('problems.header') : row && messages.getMessage('problems.row', [row]),
    column && messages.getMessage('problems.column', [column]),
  ];
  return parts.filter((part) => part !== undefined && part !== '').join(', ');
}

export function nextSteps({ nextSteps: steps }: ReportPage): Html | undefined {
  if (steps.length === 0) return undefined;
  return section(
    'next',
    messages.getMessage('next.heading'),
    html`<ul class="steps">
      ${steps.map(step)}
    </ul>`,
  );
}

function step({ text, command }: NextStep): Html {
  return html`<li>
    <p>${text}</p>
    ${command !== undefined && html`<pre tabindex="0"><code>${command}</code></pre>`}
  </li>`;
}

export function warnings({ warnings: found }: ReportPage): Html | undefined {
  return texts('warnings', found);
}

export function notes({ notes: found = [] }: ReportPage): Html | undefined {
  return texts('notes', found);
}

function texts(name: 'warnings' | 'notes', found: readonly string[]): Html | undefined {
  if (found.length === 0) return undefined;
  const list = html`<ul>
    ${found.map((text) => html`<li>${text}</li>`)}
  </ul>`;
  return section(name, messages.getMessage(`heading.${name}`), list);
}

/** Where the rows are now. */
export function resultFiles({ files }: ReportPage): Html | undefined {
  if (files === undefined) return undefined;
  const names = [
    [messages.getMessage('files.success'), files.success] as const,
    [messages.getMessage('files.failed'), files.failed] as const,
    [messages.getMessage('files.unprocessed'), files.unprocessed] as const,
  ].flatMap(([name, path]) => (path === null ? [] : [[name, path] as const]));
  const list = html`<dl class="values">
    ${names.map(
      ([name, path]) =>
        html`<dt>${name}</dt>
          <dd><code>${path}</code></dd>`,
    )}
  </dl>`;
  return section('files', messages.getMessage('files.heading'), list);
}
