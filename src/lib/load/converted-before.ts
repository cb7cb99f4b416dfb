import { UsageError } from '../errors.js';
import type { LoadPlan } from '../run/record.js';
import { nameOfRun, type RunStore } from '../run/store.js';
import { leftFilesOf, recognized } from './left-files.js';
import { isResultFile } from './plan/result-file.js';

/**
 * Refuses to convert the values of a file that another load has written with converted values, and of which neither the columns nor
 * the name say so: those of rows that were not processed have no columns but the input's.
 * @throws UsageError
 */
export async function requireUnconverted(plan: LoadPlan, store: RunStore): Promise<void> {
  const { options, retryOf, ofCopy, inputs = [] } = plan;
  if (options?.formats === undefined || retryOf !== undefined || ofCopy !== undefined) return;
  const plain = inputs.filter(({ path = '', hasErrors }) => hasErrors !== true && !isResultFile(path, []));
  if (plain.length === 0) return;
  for await (const run of store.each()) {
    const [first] = run.records;
    if (first?.type !== 'load' || first.plan.options?.formats === undefined) continue;
    for (const file of await leftFilesOf(run, [], store)) {
      const input = plain.find((each) => recognized(each, file) === 'bytes');
      if (input === undefined) continue;
      const { path = 'the input' } = input;
      throw new UsageError(
        `${path} is a result file, whose values job ${nameOfRun(run)} has converted: they would be converted a second time.`,
        {
          actions: [
            `Retry the rows: sf bulk2 job retry --id ${nameOfRun(run)}`,
            'Or leave out the flags for dates, numbers and booleans.',
          ],
          data: { path },
        },
      );
    }
  }
}
