import type { OrgOptions } from '../local-org/index.ts';
import type { Command, Measured } from './measure.ts';
import type { Stage } from './stage.ts';
import type { WireName } from './wires.ts';

/** One of the commands that a benchmark sets side by side. */
export type Contender = {
  readonly name: string;
  readonly command: Command;
  /** Says what is wrong with the result of the run that has just ended; undefined when it is whole. */
  readonly check?: (() => Promise<string | undefined>) | undefined;
  /** How many requests the run that has just ended has sent to the org. */
  readonly requests?: () => Promise<number>;
  /** Another tool, whose failure is a result like any other. */
  readonly isPeer?: boolean;
  /** Measured once, because it takes minutes. */
  readonly isOnce?: boolean;
};

/** What is asked of a benchmark: a figure of one contender is at most so many times that of another. */
export type Bar = {
  readonly of: string;
  /** The contender that it is compared to; absent: `most` is in seconds, in megabytes or in requests. */
  readonly to?: string;
  readonly figure: 'time' | 'CPU' | 'memory' | 'requests';
  readonly most: number;
  /** Default: `near`. */
  readonly wire?: WireName;
  /** Of `--help` of the same command, whose figure is taken off first. */
  readonly above?: string;
};

/** Commands that do the same work on the same org, run in turn. */
export type Benchmark = {
  /** What is measured, for people. */
  readonly title: string;
  readonly org: OrgOptions;
  /** How far away the org is. Default: no delay. The benchmark is run once on each. */
  readonly wires?: readonly WireName[];
  /** Counted runs of each contender, after one that is not counted. */
  readonly rounds: number;
  /** Runs without a warm-up first; for work that takes minutes. */
  readonly isLong?: boolean;
  /** Is run with `--full` only, or by its name. */
  readonly isFull?: boolean;
  readonly bars?: readonly Bar[];
  /** Makes what is needed and tells the contenders; the first one is this plugin, and the ratios are to it. */
  readonly prepare: (stage: Stage) => Promise<readonly Contender[]>;
};

/** What the runs of a contender have come to. */
export type ContenderResult = {
  readonly name: string;
  readonly runs: readonly Measured[];
  /** Why there are no runs, or what their results lack. */
  readonly fault: string | undefined;
};

/** A benchmark on one wire. */
export type BenchmarkResult = {
  readonly title: string;
  readonly wire: WireName;
  readonly rounds: number;
  readonly contenders: readonly ContenderResult[];
  readonly bars: readonly BarResult[];
};

export type BarResult = { readonly text: string; readonly isMet: boolean };
