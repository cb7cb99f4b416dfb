import { Messages } from '@salesforce/core';
import type { CopyStatus } from '../lib/copy/account.js';
import { formatCount, formatRecords } from './units.js';

Messages.importMessagesDirectoryFromMetaUrl(import.meta.url);
const messages = Messages.loadMessages('sf-plugin-bulk2', 'bulk2.copy');

/** How many lookups the updates at the end have filled, of those that they were to fill. */
export function filledLines({ steps, surveys }: Pick<CopyStatus, 'steps' | 'surveys'>): string[] {
  return steps.flatMap(({ object, filled }) => {
    if (filled === undefined) return [];
    const later = surveys.find((survey) => survey.object === object)?.later ?? {};
    const fields = [...new Set([...Object.keys(later), ...Object.keys(filled)])];
    return fields.map((field) => {
      const count = filled[field] ?? 0;
      // A retry fills those, too, whose parents were held before.
      const all = Math.max(later[field] ?? 0, count);
      return messages.getMessage('filled', [object, field, formatCount(count), formatRecords(all)]);
    });
  });
}
