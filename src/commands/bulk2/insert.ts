import { Messages } from '@salesforce/core';
import { LoadCommand } from '../../cli/load/load-command.js';
import { loadFlags } from '../../cli/load/load-flags.js';
import type { LoadReport } from '../../cli/load/load-report.js';
import { errorCodes } from '../../cli/exit-codes.js';
import { grouped, withoutFlags } from '../../cli/flag-groups.js';

Messages.importMessagesDirectoryFromMetaUrl(import.meta.url);
const messages = Messages.loadMessages('sf-plugin-bulk2', 'bulk2.insert');

export default class Bulk2Insert extends LoadCommand {
  public static override readonly summary = messages.getMessage('summary');
  public static override readonly description = messages.getMessage('description');
  public static override readonly usage = messages.getMessages('usage');
  public static override readonly examples = messages.getMessages('examples');
  public static override readonly errorCodes = errorCodes;

  public static override readonly flags = grouped({
    // Inserts have no keys.
    ...withoutFlags(loadFlags, ['duplicate-keys']),
  });

  public async run(): Promise<LoadReport> {
    const { flags } = await this.parse(Bulk2Insert);
    return this.load({ ...flags, operation: 'insert' });
  }
}
