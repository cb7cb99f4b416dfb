import { Messages } from '@salesforce/core';
import { html, type Html } from './html.js';
import { requireEarlierPage } from '../earlier-page.js';
import type { ReportPage } from '../page.js';
import { copyErrors, copyFiles, copyNotes, copySteps } from './copy.js';
import { graph } from './graph.js';
import { counts } from './rows.js';
import { errors } from './errors.js';
import { formatTime } from '../../units.js';
import { deedText, head, outcomeText } from './head.js';
import { inputs } from './inputs.js';
import { jobs } from './jobs.js';
import { failure, nextSteps, notes, problems, resultFiles, warnings } from './lists.js';
import { style } from './style.js';
import { dirname } from 'node:path';
import { makeOutputFolder } from '../../../lib/files/folders.js';
import { writeOutput } from '../../../lib/files/text-file.js';

Messages.importMessagesDirectoryFromMetaUrl(import.meta.url);
const messages = Messages.loadMessages('sf-plugin-bulk2', 'bulk2.report');

/** Nothing may run in the page and nothing may be fetched for it, whatever is in the data. */
const policy = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'";

/** A whole HTML document that needs nothing beside it. */
export function renderPage(page: ReportPage): string {
  const title = messages.getMessage('title', [deedText(page), outcomeText(page)]);
  return `<!doctype html>\n${
    html`<html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta http-equiv="Content-Security-Policy" content="${policy}" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <meta name="referrer" content="no-referrer" />
        <title>${title}</title>
        <style>
          ${style}
        </style>
      </head>
      <body>
        <main>
          ${head(page)} ${body(page)}
          <footer><p>${foot(page)}</p></footer>
        </main>
      </body>
    </html> `.text
  }`;
}

/** What a reader needs first comes first: how it stands, what to do, and then the evidence. */
function body(page: ReportPage): Array<Html | undefined> {
  const ofCopy = [
    counts,
    failure,
    nextSteps,
    graph,
    copySteps,
    copyErrors,
    warnings,
    notes,
    copyNotes,
    copyFiles,
  ];
  const ofLoad = [counts, failure, problems, nextSteps, errors, warnings, jobs, notes, inputs, resultFiles];
  const sections = page.copy === undefined ? ofLoad : ofCopy;
  return sections.map((render) => render(page));
}

function foot({ writtenAt, inputs: ownInputs }: ReportPage): string {
  const written = messages.getMessage('foot', [formatTime(writtenAt)]);
  return ownInputs.length > 0 ? `${written} ${messages.getMessage('foot.kept')}` : written;
}

/**
 * Writes the page, under its name when it is complete.
 * @throws UsageError another file has that name; it may have got it since the work began, as result files do
 */
export async function writePage(path: string, page: ReportPage): Promise<void> {
  await requireEarlierPage(path);
  makeOutputFolder(dirname(path));
  await writeOutput(path, [renderPage(page)]);
}
