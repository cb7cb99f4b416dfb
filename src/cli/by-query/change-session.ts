import { answeredIn, type ByQueryOutcome } from '../../lib/by-query/by-query.js';
import { UsageError } from '../../lib/errors.js';
import { requireComplete } from '../../lib/load/load.js';
import type { ChangeProgress } from '../../lib/run/change-plan.js';
import { endOf, type RunView } from '../../lib/run/store.js';
import { exitCodes } from '../exit-codes.js';
import type { LoadSession } from '../load/load-session.js';
import { fileText } from '../load/load-text.js';
import type { Bulk2Command } from '../bulk2-command.js';
import { showTable } from '../tables.js';
import {
  collectionsReport,
  stoppedReport,
  withSkipped,
  writeFailures,
  type ByQueryReport,
  type ChangeReport,
} from './by-query-report.js';
import { factsOfRun, madeAt, type ChangeFacts } from '../report/change-facts.js';
import {
  byQueryDoneText,
  endedText,
  oldValuesText,
  skippedText,
  stoppedTexts,
  undoText,
} from './by-query-text.js';

type Voice = Pick<Bulk2Command<unknown>, 'log' | 'table' | 'jsonEnabled' | 'display'>;

/** What commands that make a change by query share: progress, its figures however it ends, and the rendering. */
export class ChangeSession {
  readonly #voice: Voice;
  readonly #load: LoadSession;
  #facts: ChangeFacts | undefined;
  #isResumed = false;
  #progress: ChangeProgress = { successful: 0, failed: 0, skipped: 0 };

  constructor(voice: Voice, load: LoadSession) {
    this.#voice = voice;
    this.#load = load;
  }

  /** From here on the change may have changed something. */
  begin(facts: ChangeFacts): void {
    this.#facts = facts;
  }

  /**
   * The same, of a change that is resumed.
   * @throws TypeError the run is no change by query
   * @throws UsageError the change was ended before it was complete
   */
  resume(run: RunView, resultsDir: string | undefined): void {
    const facts = factsOfRun(run, resultsDir);
    if (facts === undefined) throw new TypeError('This run is not a change by query.');
    this.#isResumed = true;
    if (facts.route === 'collections') {
      requireNotEnded(run, facts);
      this.#progress = answeredIn(run.records).progress;
    } else this.#load.tracker.resumes(run);
    this.begin(facts);
    const time = madeAt(run);
    if (time !== undefined) this.#load.warn(oldValuesText(time));
  }

  get onChanged(): (progress: ChangeProgress) => void {
    return (progress) => {
      this.#progress = progress;
      const total = this.#facts?.total ?? 0;
      const { successful, failed, skipped } = progress;
      const { display } = this.#voice;
      display.progress.rows = { done: successful + failed + skipped, total };
      display.progress.failedRows = failed;
      display.progress.enter('changing', 'rows');
      display.changed();
    };
  }

  /** The change as far as it has come; undefined before it has begun. */
  figures(): ChangeReport | undefined {
    const facts = this.#facts;
    if (facts === undefined) return undefined;
    const load = facts.route === 'bulk' ? this.#loadFigures() : undefined;
    const soFar = load ?? stoppedReport(facts, this.#progress, this.#load.effort);
    return { ...soFar, ...savedFile(facts), ...this.#load.reported };
  }

  #loadFigures(): ChangeReport | undefined {
    const load = this.#load.figures();
    return load && withSkipped(load, this.#load.tracker.status()?.plan.setAside?.rows ?? 0);
  }

  /** What else a person can do about a change that has stopped on the way. */
  nextSteps(): readonly string[] {
    return this.#facts?.route === 'collections' ? stoppedTexts(this.#facts, this.#progress) : [];
  }

  /** Undefined before the change has begun. */
  get runId(): string | undefined {
    return this.#facts?.runId;
  }

  /** What a resume names the change by. One that went through Bulk has jobs, as a load has. */
  get resumeFlags(): string | undefined {
    return this.#facts?.route === 'collections' ? `--id ${this.#facts.runId}` : undefined;
  }

  quiet(): void {
    this.#voice.display.clear();
  }

  /** Tells how the change has ended, and sets the exit code. */
  async finish(outcome: ByQueryOutcome): Promise<ByQueryReport> {
    this.quiet();
    const facts = this.#facts;
    if (facts === undefined) throw new TypeError('This change has not begun.');
    const { load, total, route } = outcome;
    if (load === undefined) return this.#finishCalls(facts, outcome);
    const report = withSkipped(await this.#load.finish(load), outcome.skipped);
    if (outcome.skipped > 0) this.#voice.log(skippedText(outcome.skipped));
    requireComplete(load);
    this.#tellUndo(facts);
    return { ...report, totalSize: total, route, ...savedFile(facts) };
  }

  async #finishCalls(facts: ChangeFacts, outcome: ByQueryOutcome): Promise<ByQueryReport> {
    const isIncomplete = outcome.failed + outcome.skipped > 0;
    const { effort } = this.#load;
    const { failedFilePath } = facts;
    const errors = isIncomplete ? await writeFailures(outcome, failedFilePath) : [];
    this.#voice.log(byQueryDoneText(facts, outcome, { ...effort, isResumed: this.#isResumed }));
    if (isIncomplete) {
      process.exitCode = exitCodes.someRowsFailed;
      await showTable(this.#voice, {
        data: errors.map(({ count, code, message }) => ({ records: count, code, message })),
      });
      this.#voice.log(fileText('failed', failedFilePath));
    }
    this.#tellUndo(facts);
    const report = collectionsReport(facts, outcome, { errors, effort });
    return { ...report, ...(isIncomplete ? { failedFilePath } : {}), ...savedFile(facts) };
  }

  #tellUndo(facts: ChangeFacts): void {
    const text = undoText(facts);
    if (text !== undefined) this.#load.tellLast(text);
  }
}

/** @throws UsageError it has ended where it stood */
function requireNotEnded({ records }: RunView, facts: ChangeFacts): void {
  const reason = endOf(records)?.reason;
  if (reason === undefined) return;
  const undo = undoText(facts);
  throw new UsageError(endedText(facts, answeredIn(records), reason), {
    actions: undo === undefined ? [] : [undo],
  });
}

function savedFile({ savedFilePath }: ChangeFacts): Pick<ChangeReport, 'savedFilePath'> {
  return savedFilePath === undefined ? {} : { savedFilePath };
}
