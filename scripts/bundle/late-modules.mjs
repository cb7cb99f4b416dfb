// Three quarters of what the CLI's libraries bring are for what no command does every day. These modules stand in a chunk
// of their own, which is read when one of them is called: reading, compiling and keeping them costs each start 20 ms and
// 5 MB.
import { rewriteChunks } from './rewrite-chunks.mjs';

const packages = [
  ...['zod', 'ajv', 'fast-uri', 'memfs', 'mime-db', 'mime-types', 'tough-cookie', 'tldts', 'tldts-core'],
  ...['xmlbuilder', 'xmlcreate', 'xml2js', 'sax', 'jszip', 'pako', 'jsonwebtoken', 'jws', 'jwa'],
  ...['faye', 'faye-websocket', 'websocket-driver', 'websocket-extensions'],
].map((each) => `${each}/`);
const parts = [
  'undici/lib/(web|mock|interceptor|cache|milo)/',
  'undici/lib/llhttp/llhttp-wasm\\.js$',
  '@salesforce/core/lib/(schema|status)/',
  '@salesforce/core/lib/(sfProject|webOAuthServer|deviceOauthService)\\.js$',
  '@salesforce/core/lib/org/(scratchOrg|user|permission)\\w*\\.js$',
];
const late = new RegExp(
  `[\\\\/]node_modules[\\\\/](${[...packages, ...parts].join('|').replaceAll('/', '[\\\\/]')})`,
);
const chunkName = 'late';
const imports = new RegExp(`import\\{([^}]*)\\}from"\\./(${chunkName}-[^"]*\\.js)";`, 'g');

/** For the bundle's `codeSplitting`. */
export const lateModules = {
  includeDependenciesRecursively: false,
  groups: [{ name: chunkName, test: late }],
};

/** Calls of what the chunk exports load it; nothing else of it can be used. */
export function loadLate() {
  return rewriteChunks('load-late', (code) =>
    code.replaceAll(imports, (_, bindings, file) => {
      const functions = bindings.split(',').map((binding) => {
        const [exported, local] = binding.split(' as ');
        const name = local ?? exported;
        if (!name.startsWith('require_')) throw new Error(`${name} cannot be loaded when it is called.`);
        return `function ${name}(){return __late().${exported}()}`;
      });
      return `${importLate(file)}${functions.join('')}`;
    }),
  );
}

function importLate(file) {
  const load = `createLateRequire(import.meta.url)("./${file}")`;
  return `import{createRequire as createLateRequire}from"node:module";let __loaded;function __late(){return __loaded??=${load}}`;
}
