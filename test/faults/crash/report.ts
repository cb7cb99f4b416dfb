/** What one matrix of crash cases has come to. */
export type MatrixReport = {
  readonly name: string;
  readonly cases: number;
  /** Cases in which the run had ended before its moment came: the number of looks at a job varies. */
  readonly unmet: number;
  readonly failures: readonly string[];
};
