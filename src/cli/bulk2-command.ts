import type { Interfaces } from '@oclif/core';
import { Messages, SfError } from '@salesforce/core';
import { SfCommand, toHelpSection } from '@salesforce/sf-plugins-core';
import { Bulk2Error } from '../lib/errors.js';
import { keepYoungGenerationSmall } from './startup/garbage-collection.js';
import { asWrongUse, exitCodeHelp, exitCodeOf, isInterruption } from './exit-codes.js';
import { keepLogUntilExit } from './startup/log.js';
import { isResumable } from './resumable.js';
import { abortOnSignal } from './signals.js';

keepYoungGenerationSmall();
keepLogUntilExit();

Messages.importMessagesDirectoryFromMetaUrl(import.meta.url);
const messages = Messages.loadMessages('sf-plugin-bulk2', 'bulk2.shared');

type Named = Record<string, unknown>;

/** What all commands share: one exit-code table, errors that say what to do next, and no stack traces. */
export abstract class Bulk2Command<T> extends SfCommand<T> {
  public static override readonly errorCodes = toHelpSection('ERROR CODES', exitCodeHelp);

  #stopSignal: AbortSignal | undefined;

  /** The flags that a resume of this run takes; undefined while there is nothing to resume. */
  protected resumeFlags(): string | undefined {
    return undefined;
  }

  /** Aborts when the person or the system stops the command. To be asked for once it runs: see `abortOnSignal`. */
  protected stopSignal(): AbortSignal {
    this.#stopSignal ??= abortOnSignal(() => {
      const resume = this.resumeCommand();
      return resume === undefined ? undefined : messages.getMessage('action.Resume', [resume]);
    });
    return this.#stopSignal;
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
    argv?: string[],
  ): Promise<Interfaces.ParserOutput<F, B, A>> {
    try {
      return await super.parse(options, argv);
    } catch (error) {
      throw asWrongUse(error as Error);
    }
  }

  protected override async catch(error: Error): Promise<never> {
    return super.catch(this.toSfError(error));
  }

  /** Stack traces are for the developers of the CLI (`SF_ENV=development`). */
  public override logJson(json: unknown): void {
    const forDevelopers = process.env.SF_ENV === 'development';
    if (typeof json !== 'object' || json === null || forDevelopers) super.logJson(json);
    else super.logJson({ ...json, stack: undefined, cause: undefined });
  }

  protected resumeCommand(): string | undefined {
    const flags = this.resumeFlags();
    return flags === undefined ? undefined : `sf bulk2 job resume ${flags}`;
  }

  private toSfError(error: Error): SfError {
    const interrupted = isInterruption(error);
    const known = error instanceof Bulk2Error || error instanceof SfError;
    const resume = isResumable(error) ? this.resumeCommand() : undefined;
    const message = interrupted ? messages.getMessage('error.Interrupted') : error.message;
    const wrapped = new SfError(message, interrupted ? 'InterruptedError' : error.name, [
      ...(known ? (error.actions ?? []) : []),
      ...(resume === undefined ? [] : [messages.getMessage('action.Resume', [resume])]),
      ...this.nextSteps(),
    ]);
    wrapped.exitCode = exitCodeOf(error);
    const figures = this.progressSoFar() as object | undefined;
    const detail = error instanceof Bulk2Error ? error.data : {};
    wrapped.setData({ ...figures, ...detail } as Parameters<SfError['setData']>[0]);
    return wrapped;
  }
}
