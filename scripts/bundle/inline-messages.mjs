// A bundled package finds no messages folder beside itself, so its messages go into the code, as the messageTransformer
// of @salesforce/core does for those that bundle.
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Messages } from '@salesforce/core';

const importing = /Messages\.importMessagesDirectoryFromMetaUrl\(import\.meta\.url\);/;
const loading = /Messages\.loadMessages\('([^']+)', '([^']+)'\)/g;

/** Puts the messages of a package into its code. */
export function inlineMessages(name) {
  Messages.importMessagesDirectory(dirname(fileURLToPath(import.meta.resolve(name))));
  const inFolder = new RegExp(`node_modules[\\\\/]${name.replace('/', '[\\\\/]')}[\\\\/]`);
  return {
    name: 'inline-messages',
    transform: {
      filter: { id: inFolder, code: 'Messages.loadMessages' },
      handler: (code) =>
        code.replace(importing, '').replaceAll(loading, (_, from, bundle) => {
          const texts = JSON.stringify([...Messages.loadMessages(from, bundle).messages]);
          return `new Messages('${from}', '${bundle}', new Map(${texts}))`;
        }),
    },
  };
}
