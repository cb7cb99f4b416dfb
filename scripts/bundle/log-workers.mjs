// The log of @salesforce/core is written by a worker of pino, which loads its modules from files by path. They become
// files of this package, and pino looks for them there; it has such a table of paths for bundlers, but for all copies of
// pino in the process, and the one of the CLI is not ours.
import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);
const core = createRequire(require.resolve('@salesforce/core'));
const pino = createRequire(core.resolve('pino'));

const workers = {
  'thread-stream-worker': pino.resolve('thread-stream/lib/worker.js'),
  'pino-worker': pino.resolve('./lib/worker.js'),
  'pino/file': pino.resolve('./file.js'),
  'pino-pretty': core.resolve('pino-pretty'),
  'transform-stream': core.resolve('./logger/transformStream.js'),
};
const fileName = (name) => `log-workers/${name.replace('/', '-')}`;

/** The entries of the workers' modules, by their path below lib. */
export const logWorkerEntries = Object.fromEntries(
  Object.entries(workers).map(([name, path]) => [fileName(name), path]),
);

const tableId = '\0log-workers';
const asked = "'__bundlerPathsOverrides' in globalThis ? globalThis.__bundlerPathsOverrides : {}";

function table() {
  const paths = Object.keys(workers).map(
    (name) =>
      `  [${JSON.stringify(name)}]: fileURLToPath(new URL('../${fileName(name)}.js', import.meta.url)),`,
  );
  return `import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
export const paths = {
${paths.join('\n')}
};
// As the Logger of @salesforce/core names it.
paths[join('..', '..', 'lib', 'logger', 'transformStream')] = paths['transform-stream'];
`;
}

export function logWorkers() {
  return {
    name: 'log-workers',
    resolveId: (id) => (id === tableId ? id : undefined),
    load: (id) => (id === tableId ? table() : undefined),
    transform: {
      filter: { id: /node_modules[\\/](pino|thread-stream)[\\/]/, code: '__bundlerPathsOverrides' },
      handler: (code) => code.replace(asked, `require(${JSON.stringify(tableId)}).paths`),
    },
  };
}
