// Makes a temporary folder with a file in it, and ends without removing it.
import { writeFileSync } from 'node:fs';
import { TempFolder } from '../../../src/lib/files/temp-folder.js';

const folder = await TempFolder.make();
const path = folder.pathOf('page');
writeFileSync(path, 'secret');
console.log(path);
