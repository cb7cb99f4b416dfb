import { open, stat } from 'node:fs/promises';
import { Messages } from '@salesforce/core';
import { UsageError } from '../../lib/errors.js';

Messages.importMessagesDirectoryFromMetaUrl(import.meta.url);
const messages = Messages.loadMessages('sf-plugin-bulk2', 'bulk2.report');

/** What every page begins with, whatever an editor has put in front of it. */
const beginning = /^[\uFEFF\s]*<(?:!doctype html|html)\b/i;

const beginningBytes = 200;

/**
 * Makes sure that a page takes the place of nothing but an earlier page: a name that was mistyped is that of a file somebody
 * needs. Pipes and devices take a page as it comes, and an empty file has nothing to lose.
 * @throws UsageError something else is there
 */
export async function requireEarlierPage(path: string): Promise<void> {
  const found = await stat(path).catch(() => undefined);
  if (found === undefined || !found.isFile() || found.size === 0) return;
  if (beginning.test(await beginningOf(path))) return;
  throw new UsageError(messages.getMessage('error.NotAPage', [path]), {
    actions: [messages.getMessage('error.NotAPageAction')],
    data: { path },
  });
}

/** Empty where nobody may read it. */
async function beginningOf(path: string): Promise<string> {
  const file = await open(path).catch(() => undefined);
  try {
    const { buffer, bytesRead } = (await file?.read(Buffer.alloc(beginningBytes), 0)) ?? {
      buffer: Buffer.alloc(0),
      bytesRead: 0,
    };
    return buffer.toString('utf8', 0, bytesRead);
  } finally {
    await file?.close();
  }
}
