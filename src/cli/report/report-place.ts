import { dirname, resolve, sep } from 'node:path';
import { Messages } from '@salesforce/core';
import { UsageError } from '../../lib/errors.js';
import { type KeptFile, requireApart } from '../../lib/files/apart.js';
import { isFolder } from '../../lib/files/file-facts.js';
import { outputPlace } from '../../lib/files/output-place.js';
import { loadStatusOf } from '../../lib/load/load.js';
import type { LoadPlan } from '../../lib/run/record.js';
import { isFinished, type RunView } from '../../lib/run/store.js';
import { requireEarlierPage } from './earlier-page.js';

Messages.importMessagesDirectoryFromMetaUrl(import.meta.url);
const messages = Messages.loadMessages('sf-plugin-bulk2', 'bulk2.report');

/** What has a say in where a report can be written. */
export type ReportSurroundings = {
  readonly async?: boolean;
  /** A folder that is going to be there by then, with those above it. */
  readonly resultsDir?: string | undefined;
  /** Files that must not be written over. */
  readonly kept?: readonly KeptFile[];
  /** That the place was named with. Default: `--report`. */
  readonly flag?: string;
};

/**
 * The absolute path of a report, looked at before anything is sent.
 * @throws UsageError there will be nothing to report, or it could not be written there
 */
export async function reportPlace(
  file: string,
  { async = false, resultsDir = '.', kept = [], flag = '--report' }: ReportSurroundings = {},
): Promise<string> {
  if (async) {
    throw new UsageError(messages.getMessage('error.Async'), {
      actions: [messages.getMessage('error.AsyncAction')],
    });
  }
  const path = resolve(file);
  const folder = dirname(path);
  if (await isFolder(path)) throw new UsageError(messages.getMessage('error.IsFolder', [file]));
  if (!isWithin(resolve(resultsDir), folder) && !(await isFolder(folder))) {
    throw new UsageError(messages.getMessage('error.NoFolder', [folder]), {
      actions: [messages.getMessage('error.NoFolderAction', [folder])],
    });
  }
  // What no output can take the place of is refused.
  await outputPlace(path, { id: 'report' });
  await requireApart([{ flag, path }], kept);
  await requireEarlierPage(path);
  return path;
}

function isWithin(path: string, folder: string): boolean {
  return path === folder || path.startsWith(folder.endsWith(sep) ? folder : `${folder}${sep}`);
}

/** As {@link reportPlace}, for a job that may be of a run of this tool. */
export function reportPlaceFor(
  file: string,
  run: RunView | undefined,
  surroundings: ReportSurroundings = {},
): Promise<string> {
  const [first] = run?.records ?? [];
  if (first?.type === 'copy')
    return reportPlace(file, { ...surroundings, resultsDir: first.plan.resultsDir });
  if (run === undefined || first?.type !== 'load') return reportPlace(file, surroundings);
  const { resultsDir = first.plan.resultsDir, kept = [] } = surroundings;
  return reportPlace(file, { ...surroundings, resultsDir, kept: [...kept, ...filesOf(run, first.plan)] });
}

/** What a load was read from, and what it has written. */
function filesOf({ runId, records }: RunView, { sources, inputs = [] }: LoadPlan): KeptFile[] {
  // A source that was converted is a file of the run's own; its input is named as well.
  const read = [...sources, ...inputs].flatMap(({ path }) => path ?? []);
  const files = isFinished(records) ? loadStatusOf(runId, records)?.files : undefined;
  const written = Object.values<string | null>(files ?? {}).filter((path) => path !== null);
  return [
    ...read.map((path) => ({ path, name: path, is: messages.getMessage('kept.input') })),
    ...written.map((path) => ({ path, name: path, is: messages.getMessage('kept.results') })),
  ];
}
