// What the CLI's libraries do at every start and take long over, done another way.
import { sep } from 'node:path';

const changes = [
  {
    // All of semver is loaded to compare one version.
    file: '@oclif/core/lib/index.js',
    from: "const semver = require('semver');",
    to: "const semver = { satisfies: require('semver/functions/satisfies') };",
  },
  {
    // All of the environment goes into a map for each variable that is asked for.
    file: '@salesforce/core/lib/config/envVars.js',
    from: 'return this.asMap().get(envName);',
    to: 'return this.getString(envName);',
  },
  {
    // The date formats of the person's language are loaded for a line of the log, 20 ms.
    file: '@salesforce/core/lib/org/connection.js',
    from: '(now is ${now.toLocaleString()})',
    to: '(now is ${now.toISOString()})',
  },
  // All of undici is loaded for a connection that only jsforce's own requests need.
  {
    file: '@jsforce/jsforce-node/lib/request.js',
    from: 'let jsforceDispatcher = new undici_1.Agent({ connect: { allowH2: false } });',
    to: 'let jsforceDispatcher;',
  },
  {
    file: '@jsforce/jsforce-node/lib/request.js',
    from: 'dispatcher: agent ?? jsforceDispatcher,',
    to: 'dispatcher: agent ?? (jsforceDispatcher ??= new undici_1.Agent({ connect: { allowH2: false } })),',
  },
  // The modules of the Connection that no command asks for. Core loads the one that it needs, which is tooling.
  ...['analytics', 'apex', 'bulk', 'bulk2', 'chatter', 'metadata', 'soap', 'streaming'].map((api) => ({
    file: '@jsforce/jsforce-node/lib/index.js',
    from: `require("./api/${api}");`,
    to: '',
  })),
];

const files = [...new Set(changes.map(({ file }) => file))].map((file) =>
  file.replaceAll('/', '[\\\\/]').replaceAll('.', '\\.'),
);

export function quickStart() {
  return {
    name: 'quick-start',
    transform: {
      filter: { id: new RegExp(`node_modules[\\\\/](${files.join('|')})$`) },
      handler(code, id) {
        const own = changes.filter(({ file }) => id.replaceAll(sep, '/').endsWith(file));
        return own.reduce((changed, { from, to }) => {
          if (!changed.includes(from))
            throw new Error(`${id} has changed: there is no longer "${from}" in it.`);
          return changed.replace(from, () => to);
        }, code);
      },
    },
  };
}
