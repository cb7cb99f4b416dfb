import { Messages } from '@salesforce/core';
import type { CopyObject, CopyPlan } from '../lib/run/copy-record.js';

Messages.importMessagesDirectoryFromMetaUrl(import.meta.url);
const messages = Messages.loadMessages('sf-plugin-bulk2', 'bulk2.copy');

/** What records of a copy mean in the target may be something else than in the source, since a field isn't sent. */
export function planWarnings({ objects, output }: Pick<CopyPlan, 'objects' | 'output'>): string[] {
  return output === undefined ? objects.flatMap((each) => [...lostTypes(each), ...amountsOf(each)]) : [];
}

/** An object without record types has no such field. */
function lostTypes({ object, leftOut }: CopyObject): string[] {
  const isLost = leftOut.some(
    ({ field, reason }) => field === 'RecordTypeId' && reason === "isn't in the target",
  );
  return isLost ? [messages.getMessage('warning.noRecordTypes', [object])] : [];
}

function amountsOf({ object, amounts }: CopyObject): string[] {
  if (amounts === undefined) return [];
  const key = amounts.hasSeveral === 'source' ? 'warning.oneCurrency' : 'warning.noCurrency';
  return [messages.getMessage(key, [object, amounts.fields.join(', ')])];
}
