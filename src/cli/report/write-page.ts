import { dirname } from 'node:path';
import { makeOutputFolder } from '../../lib/files/folders.js';
import { writeOutput } from '../../lib/files/write-output.js';
import type { ReportPage } from './page.js';
import { renderPage } from './render/page.js';

/** Writes the page, under its name when it is complete. */
export async function writePage(path: string, page: ReportPage): Promise<void> {
  makeOutputFolder(dirname(path));
  await writeOutput(path, [renderPage(page)]);
}
