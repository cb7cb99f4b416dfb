import type { Events } from '../../events.js';
import type { CopyEdits } from '../../run/copy-edits.js';
import type { CopyOwners, CopyPlan, CopyStep, CopySurvey } from '../../run/copy-record.js';
import type { JournalRecord } from '../../run/record.js';
import { RunRecords } from '../../run/run-records.js';
import type { WaitFor } from '../../jobs/deadline.js';
import type { CopyContexts } from './contexts.js';
import { CopyMaps } from './copy-maps.js';
import type { CopyEvents } from './events.js';

type Surveyed = Extract<JournalRecord, { type: 'surveyed' }>;
type Owners = Extract<JournalRecord, { type: 'owners' }>;
type Mapped = Extract<JournalRecord, { type: 'mapped' }>;
type Round = Extract<JournalRecord, { type: 'round' }>;

/** The journal of a copy at work. */
export class CopyJournal extends RunRecords {
  get plan(): CopyPlan {
    const [first] = this.records;
    if (first?.type !== 'copy') throw new TypeError('This run is not a copy.');
    return first.plan;
  }

  get surveyed(): Surveyed | undefined {
    return this.records.findLast((record) => record.type === 'surveyed');
  }

  /** Absent until the records are exported, and where the plan says nothing about owners. */
  get owners(): Owners | undefined {
    return this.records.findLast((record) => record.type === 'owners');
  }

  /** Counts from 0; others than the first retry. */
  get round(): number {
    return this.#rounds.at(-1)?.round ?? 0;
  }

  get #rounds(): readonly Round[] {
    return this.records.filter((record) => record.type === 'round');
  }

  /** What a person has fixed of a step's rows before the round. */
  editsOf({ round, step }: StepPlace): CopyEdits | undefined {
    return this.#rounds.find((each) => each.round === round)?.edits?.find((each) => each.step === step);
  }

  /** Whether a person has begun to end it. */
  get isAborting(): boolean {
    return this.records.some(({ type }) => type === 'aborting');
  }

  get mapped(): readonly Mapped[] {
    return this.records.filter((record) => record.type === 'mapped');
  }

  /** The last record of some type about a step of a round. */
  ofStep<T extends 'prepared' | 'loading' | 'mapped'>(
    type: T,
    { round, step }: StepPlace,
  ): Extract<JournalRecord, { type: T }> | undefined {
    return this.records.findLast(
      (record): record is Extract<JournalRecord, { type: T }> =>
        record.type === type && 'step' in record && record.round === round && record.step === step,
    );
  }
}

/** A step of a round, by its number. */
export type StepPlace = { readonly round: number; readonly step: number };

/** What becomes known of records while a copy goes on, in files of its own. */
type WorkMaps = {
  /** Ids of the source and of the target. */
  readonly maps: CopyMaps;
  /** Records whose lookups were filled by an update. */
  readonly filled: CopyMaps;
  /** Records of the source that were matched to records of the target before anything was sent. */
  readonly matches: CopyMaps;
  /** What earlier copies know, of other records too. */
  readonly known: CopyMaps;
  /** Records that belong to the copy; empty where it need not be known when they are sent. */
  readonly members: CopyMaps;
};

/** Maps that have nothing yet. */
export function emptyMaps(): WorkMaps {
  return {
    maps: new CopyMaps(),
    filled: new CopyMaps(),
    matches: new CopyMaps(),
    known: new CopyMaps(),
    members: new CopyMaps(),
  };
}

export function closeMaps({ maps, filled, matches, known, members }: WorkMaps): void {
  for (const each of [maps, filled, matches, known, members]) each.close();
}

/** A copy at work, as each of its parts gets it. */
export type CopyWork = WorkMaps & {
  readonly runId: string;
  readonly journal: CopyJournal;
  readonly contexts: CopyContexts;
  readonly events: Events<CopyEvents>;
  readonly wait: WaitFor;
  readonly agree: AskForCopy | undefined;
};

/** Shows what would be sent, and resolves where it may be. */
export type AskForCopy = (survey: {
  readonly plan: CopyPlan;
  readonly surveys: readonly CopySurvey[];
  readonly steps: readonly CopyStep[];
  /** Absent where the plan says nothing about owners. */
  readonly owners?: CopyOwners | undefined;
}) => Promise<void>;

/** Objects of the copy by the first three characters of their ids in the source. */
export function prefixesOf({ objects }: CopyPlan): ReadonlyMap<string, string> {
  return new Map(objects.map(({ keyPrefix, object }) => [keyPrefix, object]));
}
