import { Messages } from '@salesforce/core';
import { Flags } from '@salesforce/sf-plugins-core';
import { LoadCommand } from '../../cli/load-command.js';
import { loadFlags } from '../../cli/load-flags.js';
import type { LoadReport } from '../../cli/load-report.js';

Messages.importMessagesDirectoryFromMetaUrl(import.meta.url);
const messages = Messages.loadMessages('sf-plugin-bulk2', 'bulk2.delete');

export default class Bulk2Delete extends LoadCommand {
  public static override readonly summary = messages.getMessage('summary');
  public static override readonly description = messages.getMessage('description');
  public static override readonly examples = messages.getMessages('examples');

  public static override readonly flags = {
    ...loadFlags,
    'hard-delete': Flags.boolean({ summary: messages.getMessage('flags.hard-delete.summary') }),
  };

  public async run(): Promise<LoadReport> {
    const { flags } = await this.parse(Bulk2Delete);
    return this.load({ ...flags, operation: flags['hard-delete'] ? 'hardDelete' : 'delete' });
  }
}
