import { join } from 'node:path';
import { restApi } from '../../src/lib/api/rest.js';
import { resumeChange } from '../../src/lib/by-query/apply-saved.js';
import { destroyByQuery, updateByQuery } from '../../src/lib/by-query/by-query.js';
import { interruptedChanges } from '../../src/lib/by-query/interrupted.js';
import type { ByQueryOutcome } from '../../src/lib/by-query/outcome.js';
import type { RouteOptions } from '../../src/lib/by-query/request.js';
import { gather } from '../../src/lib/parallel.js';
import type { RunContext } from '../../src/lib/run/context.js';
import type { Org } from '../../local-org/index.ts';
import { openLibrary, placeOf } from './library.ts';
import type { Workload } from './workload.ts';

/** Three calls of SObject Collections. */
const records = 410;
const soql = "SELECT Id FROM Account WHERE Industry = 'Energy'";
const template = { Name: '${Name} (old)' };

const callsRoute: RouteOptions = { allowBulk: false };
const bulkRoute: RouteOptions = { bulkThreshold: 0 };

/** A change whose template reads what it writes: applied twice, it shows in the name. */
function renaming(route: RouteOptions): Workload {
  return changing(
    (context) => updateByQuery(soql, template, { context, ...route }),
    (names) => {
      const wrong = names.filter((name) => !/^A\d+ \(old\)$/.test(name));
      const lost = records - names.length;
      return [
        ...(wrong.length === 0 ? [] : [`${wrong.length} records have names such as "${wrong[0]}"`]),
        ...(lost === 0 ? [] : [`${lost} records are gone`]),
      ];
    },
  );
}

const mine = 'mine';

/**
 * The same, with somebody who modifies one more record before each resume, as long as nothing was asked to be closed. What
 * was modified stays as it is.
 */
function renamingModified(route: RouteOptions): Workload {
  const workload = renaming(route);
  return {
    ...workload,
    async resume(run, context) {
      if (run.records.every(({ type }) => type !== 'close')) await modifyOne(context);
      await workload.resume(run, context);
    },
    async problems(org, folder) {
      const accounts = await org.records('Account');
      const modified = accounts.filter(({ Phone }) => Phone === mine);
      const replaced = modified.filter(({ Name }) => Name !== mine);
      const wrong = accounts.filter(({ Name }) => Name !== mine && !/^A\d+ \(old\)$/.test(String(Name)));
      return [
        ...replaced.map(({ Name }) => `a modified record was replaced by "${String(Name)}"`),
        ...wrong.map(({ Name }) => `a record has the name "${String(Name)}"`),
        ...(await wrongResults(org, folder, new Set(modified.map(({ Id }) => String(Id))))),
      ];
    },
  };
}

async function modifyOne({ api }: RunContext): Promise<void> {
  const rest = restApi(api);
  const { records: found } = await rest.query('SELECT Id FROM Account WHERE Phone = null ORDER BY Name');
  const [first] = found;
  if (first === undefined) return;
  await rest.updateMany([{ attributes: { type: 'Account' }, id: first.Id, Name: mine, Phone: mine }]);
}

/** A deletion: records that were deleted before the kill count as deleted afterwards. */
function deleting(route: RouteOptions): Workload {
  return changing(
    (context) => destroyByQuery(soql, { context, ...route }),
    (names) => (names.length === 0 ? [] : [`${names.length} records are left`]),
  );
}

/** The same, continued by the same command again, as `--if-interrupted resume` does it. */
function renamingAgain(route: RouteOptions): Workload {
  const workload = renaming(route);
  const request = { operation: 'update', soql, change: template, ...route } as const;
  const again = async (context: RunContext, folder: string): Promise<unknown> => {
    const {
      same: [run],
    } = await interruptedChanges(request, context);
    return run === undefined ? workload.start(context, folder) : workload.resume(run, context);
  };
  return { ...workload, start: again, resume: (_, context) => again(context, '') };
}

function changing(
  change: (context: RunContext) => Promise<ByQueryOutcome>,
  wrongWith: (names: readonly string[]) => string[],
): Workload {
  return {
    orgOptions: {},
    prepare(_, org) {
      const accounts = Array.from({ length: records }, (_row, row) => ({
        Name: `A${row}`,
        Industry: 'Energy',
      }));
      org.database.load('Account', accounts);
      return Promise.resolve();
    },
    start: change,
    resume: (run, context) => resumeChange(run, context),
    problems: async (org, folder) => [...wrongWith(await namesIn(org)), ...(await wrongResults(org, folder))],
    async problemsUnbegun(org) {
      const names = await namesIn(org);
      const changed = records - names.filter((name) => /^A\d+$/.test(name)).length;
      return changed === 0 ? [] : [`${changed} records were changed and nothing can be resumed`];
    },
  };
}

/** Changes by query, over either route. */
export const changeWorkloads = {
  updateByCalls: renaming(callsRoute),
  updateByCallsAgain: renamingAgain(callsRoute),
  deleteByCalls: deleting(callsRoute),
  updateByBulk: renaming(bulkRoute),
  updateByBulkAgain: renamingAgain(bulkRoute),
  updateByBulkModified: renamingModified(bulkRoute),
} as const;

async function namesIn(org: Org): Promise<string[]> {
  return (await org.records('Account')).map(({ Name }) => String(Name));
}

/** Each record has one result, and that is a success, but for those that somebody else has modified: they were skipped. */
async function wrongResults(
  org: Org,
  folder: string,
  modified: ReadonlySet<string> = new Set(),
): Promise<string[]> {
  const library = openLibrary(placeOf(org, folder));
  try {
    const [run] = await library.store.list();
    if (run === undefined) return [`there is no run in ${join(folder, 'state')}`];
    const outcome = await resumeChange(run, library);
    const { total, successful, failed, skipped } = outcome;
    const results = await gather(outcome);
    const ids = new Set(results.map(({ id }) => id));
    const isRight =
      total === records &&
      successful === records - modified.size &&
      failed === 0 &&
      skipped === modified.size;
    return [
      ...(isRight ? [] : [`${successful} + ${failed} + ${skipped} of ${total} records are told`]),
      ...(ids.size === records && results.length === records ? [] : [`${results.length} results`]),
      ...(results.every(({ id, success }) => success !== modified.has(id))
        ? []
        : ['some results are not what became of the record']),
    ];
  } finally {
    await library.close();
  }
}
