// The commands use one class of undici and what it throws. Its index loads all the rest besides: fetch, caches, mocks,
// HTTP/2 and the modules of Node they need, 30 ms of each command.
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

const require = createRequire(import.meta.url);
const folder = join(dirname(require.resolve('undici/package.json')), 'lib');
const slim = '\0slim-undici';
const lazyHttp2 = '\0lazy-http2';

const slimCode = `
const Dispatcher = require(${path('dispatcher/dispatcher.js')});
Dispatcher.prototype.request ??= require(${path('api/api-request.js')});
module.exports = {
  EnvHttpProxyAgent: require(${path('dispatcher/env-http-proxy-agent.js')}),
  buildConnector: require(${path('core/connect.js')}),
  errors: require(${path('core/errors.js')}),
};
`;

const lazyHttp2Code = `module.exports = (...args) => require(${path('dispatcher/client-h2.js')})(...args);`;

function path(name) {
  return JSON.stringify(join(folder, name));
}

/** For what is imported from `root/src`; libraries get undici as it is. */
export function slimUndici(root) {
  const source = join(root, 'src');
  return {
    name: 'slim-undici',
    resolveId(id, importer) {
      if (id === 'undici' && importer?.startsWith(source)) return slim;
      if (id === './client-h2.js' && importer === join(folder, 'dispatcher/client.js')) return lazyHttp2;
      return undefined;
    },
    load(id) {
      if (id === slim) return { code: slimCode, moduleType: 'js' };
      if (id === lazyHttp2) return { code: lazyHttp2Code, moduleType: 'js' };
      return undefined;
    },
  };
}
