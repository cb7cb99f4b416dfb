// Bundles the commands with all they use into lib/commands and lib/chunks. Unbundled, a command spends over a second
// of CPU on finding and loading some 1,500 modules of the CLI's libraries, of which it needs few.
import { globSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { rolldown } from 'rolldown';
import { commandEntries } from './bundle/command-entries.mjs';
import { inlineMessages } from './bundle/inline-messages.mjs';
import { ownTables } from './bundle/own-tables.mjs';
import { logWorkers, logWorkerEntries } from './bundle/log-workers.mjs';
import { notices } from './bundle/notices.mjs';
import { oldestNode } from './oldest-node.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const commands = globSync('src/commands/**/*.ts', { cwd: root });

const bundle = await rolldown({
  cwd: root,
  input: { ...commandEntries.inputs(root, commands), ...logWorkerEntries },
  platform: 'node',
  transform: { target: `node${oldestNode(root)}` },
  preserveEntrySignatures: 'allow-extension',
  // Only a developer's tools have them, and each is asked for in a try.
  external: ['typescript', 'react-devtools-core'],
  // A name that a door of the library hands on must not bring all the rooms behind it into a command's start.
  treeshake: { moduleSideEffects: [{ test: /[\\/]src[\\/]lib[\\/]/, sideEffects: false }] },
  resolve: { extensionAlias: { '.js': ['.ts', '.js'] } },
  plugins: [
    commandEntries.plugin(root),
    inlineMessages('@salesforce/sf-plugins-core'),
    ownTables(join(root, 'scripts/bundle/no-tables.mjs')),
    logWorkers(),
    notices(root),
  ],
});
const { output } = await bundle.write({
  dir: join(root, 'lib'),
  format: 'esm',
  entryFileNames: '[name].js',
  chunkFileNames: 'chunks/[name]-[hash].js',
  // Names stay: errors are told by the names of their classes.
  minify: { compress: false, mangle: false, codegen: { removeWhitespace: true } },
});
await bundle.close();
// What earlier builds left goes last: a command that runs meanwhile may still load a chunk that has not changed.
const written = new Set(output.map(({ fileName }) => join(root, 'lib', fileName)));
for (const name of globSync('lib/{commands,chunks,log-workers}/**', { cwd: root })) {
  const path = join(root, name);
  if (statSync(path).isFile() && !written.has(path)) rmSync(path);
}
