// Makes a temporary folder with a file in it, and ends without removing it; or waits to be ended, with `wait`.
import { writeFileSync } from 'node:fs';
import { TempFolder } from '../../../src/lib/run/temp-folder.js';

const [, , root, then] = process.argv;
if (root !== undefined) Object.assign(process.env, { TMPDIR: root, TEMP: root, TMP: root });
const folder = await TempFolder.make();
const path = folder.pathOf('page');
writeFileSync(path, 'secret');
console.log(path);
if (then === 'wait') setInterval(() => undefined, 60_000);
