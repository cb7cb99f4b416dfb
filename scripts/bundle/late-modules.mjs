// Three quarters of what the CLI's libraries bring are for what no command does every day. These modules stand in a chunk
// of their own, which is read when one of them is called: reading, compiling and keeping them costs each start 20 ms and
// 5 MB.
import { rewriteChunks } from './rewrite-chunks.mjs';

const packages = [
  ...['zod', 'ajv', 'fast-uri', 'memfs', 'mime-db', 'mime-types', 'tough-cookie', 'tldts', 'tldts-core'],
  ...['xmlbuilder', 'xmlcreate', 'xml2js', 'sax', 'jszip', 'pako', 'jsonwebtoken', 'jws', 'jwa'],
  ...['faye', 'faye-websocket', 'websocket-driver', 'websocket-extensions'],
  'undici/lib/(web|mock|interceptor|cache|milo|llhttp/llhttp-wasm\\.js)',
  '@salesforce/core/lib/(schema|status|sfProject\\.js|webOAuthServer\\.js|deviceOauthService\\.js)',
  '@salesforce/core/lib/org/(scratchOrg|user\\.js|permission)',
];
const late = new RegExp(`[\\\\/]node_modules[\\\\/](${packages.join('|').replaceAll('/', '[\\\\/]')})`);
const name = 'late';
const imports = new RegExp(`import\\{([^}]*)\\}from"\\./(${name}-[^"]*\\.js)";`, 'g');

/** For the bundle's `codeSplitting`. */
export const lateModules = {
  includeDependenciesRecursively: false,
  groups: [{ name, test: late }],
};

/** Calls of what the chunk exports load it; nothing else of it can be used. */
export function loadLate() {
  return rewriteChunks('load-late', (code) =>
    code.replaceAll(imports, (_, bindings, file) => {
      const functions = bindings.split(',').map((binding) => {
        const [exported, local] = binding.split(' as ');
        if (!/^require_/.test(local ?? exported))
          throw new Error(`${local} cannot be loaded when it is called.`);
        return `function ${local ?? exported}(){return __late().${exported}()}`;
      });
      return `import{createRequire as __lateRequire}from"node:module";let __lateChunk;function __late(){return __lateChunk??=__lateRequire(import.meta.url)("./${file}")}${functions.join('')}`;
    }),
  );
}
