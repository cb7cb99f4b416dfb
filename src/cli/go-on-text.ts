import { Messages } from '@salesforce/core';
import { hasTellingIds } from '../lib/copy/account.js';
import type { CopyPlan } from '../lib/run/copy-record.js';
import { shellWord } from './shown.js';

Messages.importMessagesDirectoryFromMetaUrl(import.meta.url);
const messages = Messages.loadMessages('sf-plugin-bulk2', 'bulk2.copy');

/** How to copy the rest of what an aborted copy has loaded. Numbers of rows tell nothing to another copy. */
export function goOnText(plan: Pick<CopyPlan, 'objects' | 'resultsDir'>): string[] {
  if (!hasTellingIds(plan)) return [];
  return [messages.getMessage('action.CopyRestKnown', [shellWord(plan.resultsDir)])];
}
