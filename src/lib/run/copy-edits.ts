import type { InputMark } from './input-mark.js';

/** The rows of a step that a retry sends as they are in their files now, in files of the copy's own. */
export type CopyEdits = {
  readonly step: number;
  /** Fields that the step did not send before, in columns that a person has added. */
  readonly columns: readonly string[];
  /** Of the copy's own files. */
  readonly sha256: readonly string[];
  /** The result files that they were read from, in the order of failed and unprocessed rows; absent in older journals. */
  readonly retried?: readonly InputMark[];
};
