import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { PartFile } from '../../lib/files/part-file.js';
import type { ReportPage } from './page.js';
import { renderPage } from './render-page.js';

/** Writes the page where its owner alone can read it, under its name when it is complete. */
export async function writePage(path: string, page: ReportPage): Promise<void> {
  const bytes = Buffer.from(renderPage(page));
  await mkdir(dirname(path), { recursive: true });
  const file = await PartFile.open(path);
  try {
    await file.write(bytes);
    await file.sync();
  } catch (error) {
    await file.close();
    throw error;
  }
  await file.commit();
}
