/** At a journal write, counted from 1: before it, in the middle of its line, or after it is on disk. */
export type JournalMoment = {
  readonly at: 'journal';
  readonly write: number;
  readonly when: 'before' | 'torn' | 'after';
};

/** At a file's getting or losing a name, or bytes, counted from 1: before it, or when it is done and nothing has been told of it. */
export type FileMoment = { readonly at: 'file'; readonly nth: number; readonly when: 'before' | 'after' };

/** What the process itself knows the time of. */
export type InnerMoment = JournalMoment | FileMoment;

/** At a request, counted from 1 per endpoint: before the org acts on it, or when it has acted and not answered. */
export type RequestMoment = {
  readonly at: 'request';
  readonly endpoint: string;
  readonly nth: number;
  readonly when: 'before' | 'after';
};

export type Moment = InnerMoment | RequestMoment;

export type Baseline = {
  readonly journalWrites: number;
  /** Renames, links, copies and removals of files, and writes to them. */
  readonly fileSteps: number;
  readonly requests: Readonly<Record<string, number>>;
};

/** Every moment of a run that has made so many writes, steps with files and requests when nobody killed it. */
export function everyMoment({ journalWrites, fileSteps, requests }: Baseline): Moment[] {
  const atRequests = Object.entries(requests).flatMap(([endpoint, count]) =>
    upTo(count).flatMap((nth) =>
      (['before', 'after'] as const).map((when): Moment => ({ at: 'request', endpoint, nth, when })),
    ),
  );
  const atWrites = upTo(journalWrites).flatMap((write) =>
    (['before', 'torn', 'after'] as const).map((when): Moment => ({ at: 'journal', write, when })),
  );
  const atFiles = upTo(fileSteps).flatMap((nth) =>
    (['before', 'after'] as const).map((when): Moment => ({ at: 'file', nth, when })),
  );
  return [...atRequests, ...atWrites, ...atFiles];
}

/**
 * Moments of several processes in a row, each going on where the one before was killed. Chosen by a fixed rule, so that
 * a failure can be had again.
 */
export function chainsOf(all: readonly Moment[], count: number): Moment[][] {
  const early = all.filter((moment) => (moment.at === 'journal' ? moment.write <= 12 : moment.nth <= 3));
  const pick = (from: readonly Moment[], index: number): Moment[] =>
    from.slice(index % from.length).slice(0, 1);
  return upTo(count).map((chain) => [
    ...pick(all, chain * 37),
    ...pick(early, chain * 23),
    ...pick(early, chain * 11 + 5),
  ]);
}

/**
 * Some of them, of different kinds and from different places of the run; others for each turn. A full turn of kinds takes
 * seven: what several turns choose together has each kind.
 */
export function sampleOf(all: readonly Moment[], { count, turn }: { count: number; turn: number }): Moment[] {
  const ofKind = Map.groupBy(all, ({ at, when }) => `${when} ${at}`);
  const kinds = [...ofKind.values()];
  return upTo(count).flatMap((nth) => {
    const index = turn * count + nth - 1;
    const kind = kinds[index % kinds.length] ?? [];
    // Fractions that spread evenly, however many there are.
    return kind.slice(Math.floor(((index * 0.618) % 1) * kind.length)).slice(0, 1);
  });
}

export function nameOf(moment: Moment): string {
  if (moment.at === 'journal') return `${moment.when} journal write ${moment.write}`;
  const what = moment.at === 'file' ? 'step with a file' : `request to ${moment.endpoint},`;
  return `${moment.when} ${what} ${moment.nth}`;
}

function upTo(count: number): number[] {
  return Array.from({ length: count }, (_, index) => index + 1);
}
