import { dirname } from 'node:path';
import { makeOutputFolder } from '../../lib/files/folders.js';
import { TextFile } from '../../lib/files/text-file.js';
import type { ReportPage } from './page.js';
import { renderPage } from './render/page.js';

/** Writes the page where its owner alone can read it, under its name when it is complete. */
export async function writePage(path: string, page: ReportPage): Promise<void> {
  await makeOutputFolder(dirname(path));
  const file = await TextFile.open(path);
  try {
    await file.write(renderPage(page));
    await file.commit();
  } catch (error) {
    await file.discard();
    throw error;
  }
}
