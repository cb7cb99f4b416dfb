import { Messages } from '@salesforce/core';
import { Flags } from '@salesforce/sf-plugins-core';
import { ByQueryCommand } from '../../cli/by-query/by-query-command.js';
import { changeFlags } from '../../cli/by-query/by-query-flags.js';
import type { ChangeReport } from '../../cli/by-query/by-query-report.js';
import { requireFitting, requireObject, soqlOf } from '../../cli/by-query/by-query-request.js';
import { errorCodes } from '../../cli/exit-codes.js';
import { grouped, withoutFlags } from '../../cli/flag-groups.js';

Messages.importMessagesDirectoryFromMetaUrl(import.meta.url);
const messages = Messages.loadMessages('sf-plugin-bulk2', 'bulk2.delete');

export default class Bulk2Delete extends ByQueryCommand {
  public static override readonly summary = messages.getMessage('summary');
  public static override readonly description = messages.getMessage('description');
  public static override readonly usage = messages.getMessages('usage');
  public static override readonly examples = messages.getMessages('examples');
  public static override readonly errorCodes = errorCodes;

  public static override readonly flags = grouped({
    // Nothing but the Id is sent.
    ...withoutFlags(changeFlags, [
      'empty-as-null',
      'ignore-read-only-columns',
      'assignment-rule-id',
      'date-format',
      'time-zone',
      'decimal-separator',
      'ignore-number-signs',
      'boolean-words',
    ]),
    'hard-delete': Flags.boolean({ summary: messages.getMessage('flags.hard-delete.summary') }),
  });

  public async run(): Promise<ChangeReport> {
    const { flags, raw } = await this.parse(Bulk2Delete);
    const { file } = flags;
    const operation = flags['hard-delete'] ? 'hardDelete' : 'delete';
    const given = raw.flatMap((token) => (token.type === 'flag' ? [token.flag] : []));
    requireFitting(given, file === undefined);
    if (file !== undefined) {
      return this.load({ ...flags, file, sobject: requireObject(flags.sobject), operation });
    }
    return this.changeByQuery(flags, { ...this.routeOf(flags), operation, soql: soqlOf(flags) });
  }
}
