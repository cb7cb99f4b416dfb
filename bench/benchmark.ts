import type { OrgOptions } from '../local-org/index.ts';
import type { Command } from './measure.ts';
import type { Stage } from './stage.ts';

/** One of the commands that a benchmark sets side by side. */
export type Contender = {
  readonly name: string;
  readonly command: Command;
};

/** Commands that do the same work on the same org, run in turn. */
export type Benchmark = {
  /** What is measured, for people. */
  readonly title: string;
  readonly org: OrgOptions;
  /** Counted runs of each contender, after one that is not counted. */
  readonly rounds: number;
  /** Runs without a warm-up first; for work that takes minutes. */
  readonly isLong?: boolean;
  /** Makes what is needed and tells the contenders; the first one is this plugin, and the ratios are to it. */
  readonly prepare: (stage: Stage) => Promise<readonly Contender[]>;
};
