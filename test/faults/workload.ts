import type { RunView } from '../../src/lib/run/store.js';
import type { RunContext } from '../../src/lib/run/context.js';
import type { Org, OrgOptions } from '../../local-org/index.ts';

/** Something that this library does from its start to its end, and how to tell from outside whether it is right. */
export type Workload = {
  readonly orgOptions: OrgOptions;
  /** Puts the input into the folder, or into the org. */
  prepare(folder: string, org: Org): Promise<void>;
  readonly start: (context: RunContext, folder: string) => Promise<unknown>;
  readonly resume: (run: RunView, context: RunContext) => Promise<unknown>;
  /** Whether a run is what is worked on, and nothing of its preparation. Default: every run is. */
  readonly isOwn?: (run: RunView) => boolean;
  /** It may be done again from its start where there is nothing to resume. */
  readonly isRepeatable?: boolean;
  /** What is wrong once it has ended; empty when nothing is. */
  problems(org: Org, folder: string): Promise<string[]>;
  /** What is wrong when it never began, so that there is nothing to resume. */
  problemsUnbegun(org: Org, folder: string): Promise<string[]>;
};
