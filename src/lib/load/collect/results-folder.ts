import { Bulk2Error } from '../../errors.js';
import { fileProblem } from '../../files/file-problem.js';
import { requireWritableFolder } from '../../files/writable-folder.js';
import { nameOfRun } from '../../run/store.js';
import { inputRowsOf } from '../model/rounds.js';
import type { LoadWork } from '../model/work.js';
import { partialsOf, removePartials } from './result-paths.js';

/** The result files cannot be written. What the org has done it has done; the load can be resumed into another folder. */
export class ResultFilesError extends Bulk2Error {}

/**
 * Makes sure that a load that is about to be resumed has a folder for its results, before anything is asked of the org.
 * @param resultsDir takes the place of the folder that it had
 * @throws UsageError it takes no files
 */
export async function requireResultsFolderOf(
  { runId, journal }: Pick<LoadWork, 'runId' | 'journal'>,
  resultsDir?: string,
): Promise<void> {
  const [plan] = journal.rounds;
  if (inputRowsOf(plan) === 0) return;
  const folder = resultsDir ?? plan.resultsDir;
  await requireWritableFolder(folder, { id: runId, actions: makeRoom({ runId, journal }) });
}

/** Moves the results of a load that is resumed. What was gathered elsewhere is gathered again. */
export async function moveResults(work: LoadWork, folder: string): Promise<void> {
  const { journal } = work;
  const [plan] = journal.rounds;
  if (inputRowsOf(plan) === 0 || folder === plan.resultsDir) return;
  const before = partialsOf(work);
  await journal.append({ type: 'results', dir: folder });
  // Where it was may be out of reach: that may be why it is moved.
  await removePartials(before).catch(() => undefined);
}

/** Does work on the result files. @throws ResultFilesError the file system did not let it */
export async function onResultFiles<T>(load: LoadWork, work: () => Promise<T>): Promise<T> {
  const { journal } = load;
  try {
    return await work();
  } catch (cause) {
    const problem = fileProblem(cause);
    const { path } = cause as NodeJS.ErrnoException;
    const [{ resultsDir }] = journal.rounds;
    if (problem === undefined || path?.startsWith(resultsDir) === false) throw cause;
    throw new ResultFilesError(`Can't write ${path ?? `to the folder ${resultsDir}`}: ${problem}.`, {
      cause,
      actions: makeRoom(load),
      data: { resultsDir },
    });
  }
}

function makeRoom(load: Pick<LoadWork, 'runId' | 'journal'>): string[] {
  const elsewhere = resumeElsewhere(load);
  return elsewhere.length > 0 ? elsewhere : ['Make room there, or make it writable. Then resume the copy.'];
}

/** Nothing for a load of a copy: all of its results are in one folder. */
export function resumeElsewhere({ runId, journal }: Pick<LoadWork, 'runId' | 'journal'>): string[] {
  if (journal.rounds[0].ofCopy !== undefined) return [];
  const name = nameOfRun({ runId, records: journal.records });
  return [`Put the results into another folder: sf bulk2 job resume --id ${name} --results-dir FOLDER`];
}
