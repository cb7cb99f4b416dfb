import { Messages } from '@salesforce/core';
import { Flags } from '@salesforce/sf-plugins-core';
import { LoadCommand } from '../../cli/load/load-command.js';
import { loadFlags } from '../../cli/load/load-flags.js';
import type { LoadReport } from '../../cli/load/load-report.js';
import { errorCodes } from '../../cli/exit-codes.js';
import { grouped } from '../../cli/flag-groups.js';

Messages.importMessagesDirectoryFromMetaUrl(import.meta.url);
const messages = Messages.loadMessages('sf-plugin-bulk2', 'bulk2.upsert');

export default class Bulk2Upsert extends LoadCommand {
  public static override readonly summary = messages.getMessage('summary');
  public static override readonly description = messages.getMessage('description');
  public static override readonly usage = messages.getMessages('usage');
  public static override readonly examples = messages.getMessages('examples');
  public static override readonly errorCodes = errorCodes;

  public static override readonly flags = grouped({
    ...loadFlags,
    'external-id': Flags.string({
      char: 'i',
      summary: messages.getMessage('flags.external-id.summary'),
    }),
  });

  public async run(): Promise<LoadReport> {
    const { flags } = await this.parse(Bulk2Upsert);
    return this.load({ ...flags, operation: 'upsert', externalId: flags['external-id'] });
  }
}
