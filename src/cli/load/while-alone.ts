import { Messages } from '@salesforce/core';
import type { SfCommand } from '@salesforce/sf-plugins-core';
import { beginAlone, processName, type Beginning } from '../../lib/run/begin-alone.js';
import { formatElapsed } from '../units.js';

Messages.importMessagesDirectoryFromMetaUrl(import.meta.url);
const messages = Messages.loadMessages('sf-plugin-bulk2', 'bulk2.interrupted');

/** As `beginAlone`; says so where another process has to be watched first. */
export function whileAlone<T>(
  command: Pick<SfCommand<unknown>, 'warn'>,
  beginning: Omit<Beginning, 'onWait'>,
  work: (begun: () => Promise<void>) => Promise<T>,
): Promise<T> {
  const onWait: Beginning['onWait'] = (owner) => {
    const time = formatElapsed(owner.waitMs);
    command.warn(messages.getMessage('warning.BeginnerWatched', [processName(owner), time]));
  };
  return beginAlone({ ...beginning, onWait }, work);
}
