import { Bulk2Error } from '../../src/lib/errors.js';
import { updateByQuery } from '../../src/lib/hybrid/by-query.js';
import type { RouteOptions } from '../../src/lib/hybrid/request.js';
import type { RunContext } from '../../src/lib/run-context.js';
import type { Workload } from './workload.ts';

const records = 30;
const changed = 'changed';

/** Some records could not be changed, and their results say so. */
class NotAllChangedError extends Bulk2Error {}

/** Gives the records of a query a new value: doing it again does no harm. */
export function byQueryWorkload(route: RouteOptions): Workload {
  return {
    orgOptions: {},
    isRepeatable: true,
    prepare(_, org) {
      const accounts = Array.from({ length: records }, (_row, row) => ({
        Name: `A${row}`,
        Industry: 'Energy',
      }));
      org.database.load('Account', accounts);
      return Promise.resolve();
    },
    start: (context) => change(context, route),
    resume: (_, context) => change(context, route),
    async problems(org) {
      const values = (await org.records('Account')).map(({ Description }) => Description);
      const left = values.filter((value) => value !== changed);
      return left.length === 0 && values.length === records
        ? []
        : [`${left.length} records are as they were`];
    },
    problemsUnbegun: () => Promise.resolve([]),
  };
}

/** @throws NotAllChangedError */
async function change(context: RunContext, route: RouteOptions): Promise<void> {
  const soql = "SELECT Id FROM Account WHERE Industry = 'Energy'";
  const outcome = await updateByQuery(soql, { Description: changed }, { context, ...route });
  if (outcome.successful < records) {
    throw new NotAllChangedError(`${outcome.failed} of ${outcome.total} records were not changed.`);
  }
}
