import { Messages, SfError } from '@salesforce/core';
import { SfCommand, toHelpSection } from '@salesforce/sf-plugins-core';
import { Bulk2Error } from '../lib/errors.js';
import { keepYoungGenerationSmall } from './young-generation.js';
import { exitCodeHelp, exitCodeOf, isInterruption } from './exit-codes.js';

keepYoungGenerationSmall();

Messages.importMessagesDirectoryFromMetaUrl(import.meta.url);
const messages = Messages.loadMessages('sf-plugin-bulk2', 'bulk2.shared');

/** What all commands share: one exit-code table, errors that say what to do next, and no stack traces. */
export abstract class Bulk2Command<T> extends SfCommand<T> {
  public static override readonly errorCodes = toHelpSection('ERROR CODES', exitCodeHelp);

  /** The first job of this run, once there is one: what a resume needs. */
  protected resumableJobId(): string | undefined {
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
    const jobId = this.resumableJobId();
    return jobId === undefined ? undefined : `sf bulk2 job resume --id ${jobId}`;
  }

  private toSfError(error: Error): SfError {
    const interrupted = isInterruption(error);
    const known = error instanceof Bulk2Error || error instanceof SfError;
    const resume = this.resumeCommand();
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
