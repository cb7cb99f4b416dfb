import { Messages } from '@salesforce/core';
import { Flags } from '@salesforce/sf-plugins-core';
import { ByQueryCommand } from '../../cli/by-query/by-query-command.js';
import { changeFlags, setFlag } from '../../cli/by-query/by-query-flags.js';
import type { ChangeReport } from '../../cli/by-query/by-query-report.js';
import { requireFitting, requireObject, soqlOf, templateOf } from '../../cli/by-query/by-query-request.js';
import { errorCodes } from '../../cli/exit-codes.js';
import { grouped } from '../../cli/flag-groups.js';

Messages.importMessagesDirectoryFromMetaUrl(import.meta.url);
const messages = Messages.loadMessages('sf-plugin-bulk2', 'bulk2.update');

export default class Bulk2Update extends ByQueryCommand {
  public static override readonly summary = messages.getMessage('summary');
  public static override readonly description = messages.getMessage('description');
  public static override readonly usage = messages.getMessages('usage');
  public static override readonly examples = messages.getMessages('examples');
  public static override readonly errorCodes = errorCodes;

  public static override readonly flags = grouped({
    ...changeFlags,
    set: setFlag,
    'external-id': Flags.string({
      char: 'i',
      summary: messages.getMessage('flags.external-id.summary'),
      description: messages.getMessage('flags.external-id.description'),
    }),
  });

  public async run(): Promise<ChangeReport> {
    const { flags, raw } = await this.parse(Bulk2Update);
    const { file, set } = flags;
    const given = raw.flatMap((token) => (token.type === 'flag' ? [token.flag] : []));
    requireFitting(given, file === undefined);
    if (file !== undefined) {
      const sobject = requireObject(flags.sobject);
      return this.load({ ...flags, file, sobject, operation: 'update', externalId: flags['external-id'] });
    }
    const change = templateOf(set);
    return this.changeByQuery(flags, {
      ...this.routeOf(flags),
      operation: 'update',
      soql: soqlOf(flags),
      change,
    });
  }
}
