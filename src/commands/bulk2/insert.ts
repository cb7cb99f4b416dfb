import { Messages } from '@salesforce/core';
import { LoadCommand } from '../../cli/load/load-command.js';
import { loadFlags } from '../../cli/load/load-flags.js';
import type { LoadReport } from '../../cli/load/load-report.js';

Messages.importMessagesDirectoryFromMetaUrl(import.meta.url);
const messages = Messages.loadMessages('sf-plugin-bulk2', 'bulk2.insert');

export default class Bulk2Insert extends LoadCommand {
  public static override readonly summary = messages.getMessage('summary');
  public static override readonly description = messages.getMessage('description');
  public static override readonly examples = messages.getMessages('examples');

  public static override readonly flags = { ...loadFlags };

  public async run(): Promise<LoadReport> {
    const { flags } = await this.parse(Bulk2Insert);
    return this.load({ ...flags, operation: 'insert' });
  }
}
