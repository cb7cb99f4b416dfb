import type { Interfaces } from '@oclif/core';
import { Messages, SfError } from '@salesforce/core';
import { SfCommand, Ux } from '@salesforce/sf-plugins-core';
import { Bulk2Error } from '../lib/errors.js';
import { PollingTimeoutError } from '../lib/jobs/errors.js';
import { asDiskFull } from '../lib/files/disk-full.js';
import { keepSecretsIn, withoutSecrets } from '../lib/secrets.js';
import { adviceFor, canResume } from './advice.js';
import { keepYoungGenerationSmall } from './startup/garbage-collection.js';
import { asWrongUse, DeclinedError, exitCodeOf, exitCodes, isInterruption } from './exit-codes.js';
import { evenParagraphs } from './paragraphs.js';
import { ProgressDisplay, type ProgressMode } from './progress/display.js';
import { keepLogUntilExit } from './startup/log.js';
import { shown, shownJson, visible } from './shown.js';
import { abortOnSignal } from './signals.js';
import { standingText } from './standing.js';
import { stateFolder } from './org-context.js';
import { nothingSent, stopEarly } from './startup/early-stop.js';
import { wrappedFor } from './wrapped.js';
import { outliveStreams, takeOutputLoss } from './standard-streams.js';

keepYoungGenerationSmall();
keepLogUntilExit(withoutSecrets);

Messages.importMessagesDirectoryFromMetaUrl(import.meta.url);
const messages = Messages.loadMessages('sf-plugin-bulk2', 'bulk2.shared');

type Named = Record<string, unknown>;

/** What all commands share: one exit-code table, errors that say what to do next, and no stack traces. */
export abstract class Bulk2Command<T> extends SfCommand<T> {
  /** Whether the command begins work in the org, or goes on with it: where nothing can be resumed, nothing was sent. */
  protected readonly beginsWork: boolean = false;
  #stopSignal: AbortSignal | undefined;
  #display: ProgressDisplay | undefined;

  /** A result that standard output has not taken is a failure, whatever became of the work. */
  public override async _run<R>(): Promise<R> {
    outliveStreams();
    try {
      const running = super._run<R>();
      // It has set up listeners of its own by now.
      stopEarly();
      const result = await running;
      const loss = takeOutputLoss();
      if (loss !== undefined) {
        tell(messages.getMessage('error.OutputLost', [loss.message]));
        process.exitCode = exitCodes.failed;
      }
      return result;
    } catch (error) {
      // Under `--json` nobody has seen the error.
      if (takeOutputLoss() !== undefined && this.jsonEnabled()) tell((error as Error).message);
      throw error;
    }
  }

  /** Whatever else is written to the terminal takes it away first. */
  public get display(): ProgressDisplay {
    this.#display ??= new ProgressDisplay({ isJson: this.jsonEnabled() });
    return this.#display;
  }

  /** The flags that a resume of this run takes; undefined while there is nothing to resume. */
  protected resumeFlags(): string | undefined {
    return undefined;
  }

  /** Aborts when the person or the system stops the command. To be asked for once it runs: see `abortOnSignal`. */
  protected stopSignal(): AbortSignal {
    this.#stopSignal ??= abortOnSignal(
      () => {
        const resume = this.resumeCommand();
        if (resume !== undefined)
          return [this.standing(), messages.getMessage('resumeWith', [resume])].filter(Boolean).join('\n');
        return this.hasSentNothing() ? nothingSent : this.nextSteps().join('\n');
      },
      () => this.display.giveWay(),
    );
    return this.#stopSignal;
  }

  /**
   * What the org does without the command, and what it doesn't have yet; empty where there is neither.
   * @param said of a single job that this names, no more is said
   */
  protected standing(said = ''): string {
    const { jobsAtWork } = this.display.progress;
    const [first = '', ...more] = jobsAtWork;
    const isSaid = more.length === 0 && said.includes(first);
    return standingText(isSaid ? [] : jobsAtWork, this.unsent());
  }

  /** `1,776 rows` that are in no job of the org that works on them; undefined for none. */
  protected unsent(): string | undefined {
    return undefined;
  }

  /** What else a person can do when the command ends with an error. */
  protected nextSteps(): readonly string[] {
    return [];
  }

  /** The figures known so far; they go into the `data` of an error. */
  protected progressSoFar(): unknown {
    return undefined;
  }

  /** Whatever is wrong with a flag, the command was used wrongly. */
  protected override async parse<F extends Named, B extends Named, A extends Named>(
    options?: Interfaces.Input<F, B, A>,
    argv: string[] = this.argv,
  ): Promise<Interfaces.ParserOutput<F, B, A>> {
    keepSecretsIn([...argv, ...Object.values(process.env)]);
    try {
      const parsed = await super.parse(options, argv);
      const { progress = 'auto' } = parsed.flags as { readonly progress?: ProgressMode };
      this.display.use(progress);
      return parsed;
    } catch (error) {
      throw asWrongUse(error as Error);
    }
  }

  protected override async catch(error: Error): Promise<never> {
    this.#display?.clear();
    if (error instanceof DeclinedError) {
      this.log(error.message);
      // Not `this.exit`: the host has an oclif of its own, to which such an exit is an error to be shown.
      throw Object.assign(error, { skipOclifErrorHandling: true, oclif: { exit: exitCodes.interrupted } });
    }
    return super.catch(this.toSfError(asDiskFull(stateFolder(), error) as Error));
  }

  /** Stack traces are for the developers of the CLI (`SF_ENV=development`). */
  public override logJson(json: unknown): void {
    this.#display?.clear();
    const forDevelopers = process.env.SF_ENV === 'development';
    const plain = forDevelopers ? {} : { stack: undefined, cause: undefined };
    const value = shownJson({ ...(json as object), ...plain }, process.stdout.isTTY);
    if (process.stdout.isTTY) super.logJson(value);
    // Logs are read on terminals too: the same JSON, with nothing in it that can't be seen.
    else new Ux().log(visible(JSON.stringify(value, undefined, 2)));
  }

  /** What a person thinks about is no work of the command. */
  public override async confirm(options: Parameters<SfCommand<T>['confirm']>[0]): Promise<boolean> {
    const askedMs = Date.now();
    try {
      return await super.confirm(options);
    } finally {
      this.display.progress.leaveOut(Date.now() - askedMs);
    }
  }

  public override log(text = ''): void {
    this.#display?.clear();
    super.log(wrappedFor(process.stdout, shown(text)));
  }

  public override warn(input: SfCommand.Warning): SfCommand.Warning {
    this.#display?.clear();
    if (typeof input === 'string') return super.warn(shown(input));
    const { message, actions } = input;
    return super.warn({ ...input, message: shown(message), actions: actions?.map(shown) });
  }

  public override logToStderr(text = '', ...args: unknown[]): void {
    super.logToStderr(wrappedFor(process.stderr, evenParagraphs(text)), ...args);
  }

  protected resumeCommand(): string | undefined {
    const flags = this.resumeFlags();
    return flags === undefined ? undefined : `sf bulk2 job resume ${flags}`;
  }

  /** Whether nothing has gone to an org that would be there afterwards. */
  protected hasSentNothing(): boolean {
    return this.beginsWork && this.resumeFlags() === undefined && this.nextSteps().length === 0;
  }

  private toSfError(error: Error): SfError {
    const interrupted = isInterruption(error);
    const known = error instanceof Bulk2Error || error instanceof SfError;
    const hasJob = this.resumeFlags()?.includes('--id ') === true;
    const resume = canResume(error, hasJob) ? this.resumeCommand() : undefined;
    const isUnsent = this.hasSentNothing();
    const key = isUnsent ? 'error.InterruptedUnsent' : 'error.Interrupted';
    const reason = interrupted ? messages.getMessage(key) : error.message;
    const standing = resume === undefined ? '' : this.standing(reason);
    // What is said of one of several jobs is said again of all of them.
    const isSaidTwice =
      error instanceof PollingTimeoutError && this.display.progress.jobsAtWork.length > 1 && standing !== '';
    const once = isSaidTwice ? reason.replace('; it goes on in the org.', '.') : reason;
    const message = [once, standing].filter(Boolean).join(' ');
    const actions = [
      ...(known ? (error.actions ?? []) : []),
      ...adviceFor(error),
      ...(resume === undefined ? [] : [resume]),
      ...(interrupted && isUnsent && resume === undefined ? [messages.getMessage('action.RunAgain')] : []),
      ...this.nextSteps(),
    ];
    const text = this.jsonEnabled() ? withoutSecrets : shown;
    const name = interrupted ? 'InterruptedError' : error.name;
    const wrapped = new SfError(text(message), text(name), actions.map(text));
    wrapped.exitCode = exitCodeOf(error);
    const figures = this.progressSoFar() as { readonly state?: unknown } | undefined;
    const detail = error instanceof Bulk2Error ? error.data : {};
    // The state of the whole says more than that of a job of it.
    const whole = figures?.state === undefined ? {} : { state: figures.state };
    wrapped.setData({ ...figures, ...detail, ...whole } as Parameters<SfError['setData']>[0]);
    return wrapped;
  }
}

function tell(text: string): void {
  process.stderr.write(`${wrappedFor(process.stderr, shown(text))}\n`);
}
