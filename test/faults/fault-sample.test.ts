import { expect, test } from 'vitest';
import { exportWorkload } from './export-workload.ts';
import { loadWorkload } from './load-workload.ts';
import { faultKinds } from './org-faults/kinds.ts';
import { faultMatrix, nameOf } from './org-faults/matrix.ts';
import { runUnderFaults } from './org-faults/run-case.ts';

/** `npm run test:faults` tries every fault at every endpoint. */
test('whatever the org does wrong, a load and an export end right, or with a typed error and right after a resume', async () => {
  const results = await faultMatrix(43);
  const failures = results.filter(({ problems }) => problems.length > 0);
  expect(failures.map((each) => `${nameOf(each)}: ${each.problems.join('; ')}`)).toEqual([]);
  expect(results.length).toBeGreaterThan(20);
}, 120_000);

test('pages that do not add up are not gone on from: the resumed export is whole', async () => {
  const action = actionOf('alter: no locator');
  const outcome = await runUnderFaults(await exportWorkload(), [{ endpoint: 'query.results', action }]);
  expect(outcome).toEqual({ ending: 'RowCountError', problems: [] });
});

test('a page in the place of the answer to an upload costs a job, and no rows', async () => {
  const action = actionOf('answer 200 with HTML');
  const outcome = await runUnderFaults(loadWorkload, [{ endpoint: 'ingest.upload', action }]);
  expect(outcome).toEqual({ ending: 'right', problems: [] });
});

function actionOf(name: string) {
  const fault = faultKinds.find((each) => each.name === name);
  if (fault === undefined) throw new Error(`There is no fault "${name}".`);
  return fault.action;
}
