import { Bulk2Error } from '../../src/lib/errors.js';
import type { ByQueryOutcome } from '../../src/lib/by-query/outcome.js';
import { resumeChange } from '../../src/lib/by-query/apply-saved.js';
import { destroyByQuery, updateByQuery } from '../../src/lib/by-query/by-query.js';
import type { RouteOptions } from '../../src/lib/by-query/request.js';
import type { RunContext } from '../../src/lib/run/context.js';
import type { Org } from '../../local-org/index.ts';
import type { Workload } from './workload.ts';

const records = 30;
const changed = 'changed';
const soql = "SELECT Id FROM Account WHERE Industry = 'Energy'";

/** Some records could not be changed, and their results say so. */
class NotAllChangedError extends Bulk2Error {}

/** Gives the records of a query a new value. */
export function updateWorkload(route: RouteOptions): Workload {
  return byQueryWorkload(
    (context) => updateByQuery(soql, { Description: changed }, { context, ...route }),
    async (org) => {
      const values = (await org.records('Account')).map(({ Description }) => Description);
      const left = values.filter((value) => value !== changed);
      return left.length === 0 && values.length === records
        ? []
        : [`${left.length} records are as they were`];
    },
  );
}

/** Deletes the records of a query. */
export function deleteWorkload(route: RouteOptions): Workload {
  return byQueryWorkload(
    (context) => destroyByQuery(soql, { context, ...route }),
    async (org) => {
      const left = await org.records('Account');
      return left.length === 0 ? [] : [`${left.length} records are left`];
    },
  );
}

/** Doing it again does no harm; one that was begun is resumed. */
function byQueryWorkload(
  change: (context: RunContext) => Promise<ByQueryOutcome>,
  problems: (org: Org) => Promise<string[]>,
): Workload {
  return {
    orgOptions: { restPageRows: 10 },
    isRepeatable: true,
    prepare(_, org) {
      const accounts = Array.from({ length: records }, (_row, row) => ({
        Name: `A${row}`,
        Industry: 'Energy',
      }));
      org.database.load('Account', accounts);
      return Promise.resolve();
    },
    start: async (context) => requireAll(await change(context)),
    resume: (run, context) => resumeChange(run, context),
    problems,
    problemsUnbegun: () => Promise.resolve([]),
  };
}

/** @throws NotAllChangedError */
function requireAll({ total, failed }: ByQueryOutcome): void {
  if (failed > 0) throw new NotAllChangedError(`${failed} of ${total} records were not changed.`);
}
