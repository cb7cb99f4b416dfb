import type { Ran } from '../support/two-orgs.ts';

/** How large the cases are; all of them have a default that takes seconds. */
export type Sizes = {
  readonly accounts: number;
  readonly contacts: number;
  readonly tasks: number;
  /** Rows of one object: alike ones, and those of the Id map. */
  readonly rows: number;
  /** Random graphs. */
  readonly graphs: number;
  readonly seed: number;
  /** Of the moments to be killed at and the answers to be lost, every so many. */
  readonly every: number;
};

/** What a case has come to: its figures, in the order to be shown, and what is wrong. */
export type CaseResult = {
  readonly figures: ReadonlyArray<readonly [name: string, value: string | number]>;
  readonly problems: readonly string[];
};

export type CopyCase = {
  readonly title: string;
  readonly run: (sizes: Sizes) => Promise<CaseResult>;
};

/** @returns what is wrong where a value is not what it has to be */
export function unless(isRight: boolean, problem: string): string[] {
  return isRight ? [] : [problem];
}

/** @throws Error with what it printed where a command ends with another code */
export function endsWith(code: number, ran: Ran): Ran {
  if (ran.code !== code)
    throw new Error(`It ended with ${ran.code}, not ${code}: ${ran.stderr}${ran.stdout}`);
  return ran;
}

export const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`;
export const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(0)} MB`;
