import { Messages } from '@salesforce/core';
import { Flags } from '@salesforce/sf-plugins-core';
import type { WaitFor } from '../lib/jobs/deadline.js';

Messages.importMessagesDirectoryFromMetaUrl(import.meta.url);
const messages = Messages.loadMessages('sf-plugin-bulk2', 'bulk2.shared');

const wait = {
  char: 'w',
  summary: messages.getMessage('flags.wait.summary'),
  description: messages.getMessage('flags.wait.description'),
  min: 0,
} as const;

/** How long to wait, in minutes. */
export const waitFlag = Flags.integer(wait);

/** How long to wait, or not at all. @param summary what `--async` leaves for later */
export function waitFlags(summary: string) {
  return {
    wait: Flags.integer({ ...wait, exclusive: ['async'] }),
    async: Flags.boolean({ char: 'a', summary, exclusive: ['wait'] }),
  };
}

/** `--async`, `--wait MINUTES`, or to the end. */
export function waitOf({
  async,
  wait: minutes,
}: {
  readonly async: boolean;
  readonly wait?: number;
}): WaitFor {
  if (async) return 'accepted';
  return minutes === undefined ? 'end' : { timeoutMs: minutes * 60_000 };
}
