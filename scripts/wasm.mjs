// Writes the WebAssembly of the row counter into a module, since the compiler passes no other files on.
import { readFile, writeFile } from 'node:fs/promises';
import loadWabt from 'wabt';

const folder = 'src/lib/csv';
const source = 'count-rows.wat';

const wabt = await loadWabt();
const parsed = wabt.parseWat(source, await readFile(`${folder}/${source}`, 'utf8'), { simd: true });
const bytes = Buffer.from(parsed.toBinary({}).buffer);
await writeFile(
  `${folder}/count-rows-wasm.ts`,
  `/** Made from ${source} by \`npm run wasm\`; in Base64. */
export const countRowsWasm =
  '${bytes.toString('base64')}';
`,
);
