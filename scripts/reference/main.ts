// Writes the pages of docs that follow from the code: commands with their flags, and errors. Needs a build.
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { referencePages } from './pages.ts';

const root = join(import.meta.dirname, '..', '..');
for (const [path, text] of referencePages()) await writeFile(join(root, path), text);
