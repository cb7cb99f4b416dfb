import { Messages } from '@salesforce/core';
import type { TableOptions } from '../table-lines.js';
import { formatMinute } from '../units.js';
import type { ListedJob } from './job-list.js';

Messages.importMessagesDirectoryFromMetaUrl(import.meta.url);
const messages = Messages.loadMessages('sf-plugin-bulk2', 'bulk2.job.list');

const columns = ['id', 'operation', 'object', 'state', 'createdDate', 'load'] as const;
/** The first to go first: people look for the operation, the object and the state. */
const drop = ['load', 'createdDate', 'operation', 'object'];

/** Jobs as a table. The load is named where it has several jobs: else it says nothing that the id does not say. */
export function jobTable(jobs: readonly ListedJob[]): TableOptions {
  const jobsOf = Map.groupBy(jobs, ({ load }) => load);
  const isOneOfSeveral = (load = ''): boolean => (jobsOf.get(load)?.length ?? 0) > 1;
  return {
    data: jobs.map(({ id, operation, object, state, createdDate, load = '' }) => ({
      ...{ id, operation, object, state },
      createdDate: formatMinute(createdDate),
      load: isOneOfSeveral(load) ? load : '',
    })),
    columns: columns
      .filter((key) => key !== 'load' || jobs.some(({ load }) => isOneOfSeveral(load)))
      .map((key) => ({ key, name: messages.getMessage(`column.${key}`) })),
    drop,
  };
}
