import { Messages } from '@salesforce/core';
import type { CreatedBefore } from '../../lib/copy/copy.js';
import { shellWord } from '../shown.js';

Messages.importMessagesDirectoryFromMetaUrl(import.meta.url);
const messages = Messages.loadMessages('sf-plugin-bulk2', 'bulk2.copy');

/** Warns of records that earlier copies have created, and names the flags by which they are found again. */
export function createdBeforeText({ objects, folders, isMore }: CreatedBefore): string {
  const flags = folders.map((folder) => `--known-ids ${shellWord(folder)}`).join(' ');
  const ways = [
    ...(isMore ? [messages.getMessage('createdBefore.key')] : []),
    ...(flags === '' ? [] : [messages.getMessage('createdBefore.known', [flags])]),
  ];
  return messages.getMessage('createdBefore', [objects.join(', '), ways.join(' ')]);
}
