import type { RunOrg, InputMark, LoadPlan } from '../run/record.js';
import { isSameOrg } from '../run/org.js';
import type { RunStore, RunView } from '../run/store.js';
import { mayHaveSaved } from './account.js';
import {
  isInputOf,
  isNamedAfterOther,
  recognized,
  resultNameOf,
  type LeftFile,
  type Recognized,
} from './left-files.js';

/** A file of rows that are left, and the load that has some of them. */
export type Loaded = {
  readonly file: LeftFile;
  readonly input: InputMark;
  readonly by: RunView;
  readonly how: Recognized;
};

export type FilesToRetry = {
  readonly files: readonly LeftFile[];
  readonly org: RunOrg;
  /** What its rows are to become. */
  readonly object: string;
  /** The run that has left them. */
  readonly runId: string;
  /** What that was given itself: whoever loads it again means to. */
  readonly plan?: LoadPlan | undefined;
};

export type FoundLoads = {
  readonly loaded: readonly Loaded[];
  /** Loads of rows that have failed, nobody knows of which load. */
  readonly similar: ReadonlyArray<Pick<Loaded, 'by' | 'input'>>;
};

/** Finds the loads that have been given files with rows that are left, and may have saved some of them. */
export async function loadsOfFiles(
  { files, org, object, runId, plan }: FilesToRetry,
  store: RunStore,
): Promise<FoundLoads> {
  const loaded: Loaded[] = [];
  const similar: Array<Pick<Loaded, 'by' | 'input'>> = [];
  for await (const by of store.each()) {
    if (by.runId === runId || !mayCreateIn({ org, object }, by) || !mayHaveSaved(by)) continue;
    for (const input of inputsOf(by)) {
      const isSince = by.runId > runId;
      const found = files.flatMap((file) => loadedFrom(file, { input, by, plan, isSince }));
      if (found.length > 0 && (await isNamedAfterOther(input, files, store))) continue;
      loaded.push(...found);
      if (found.length === 0 && isSince && isPerhapsLeft(input)) similar.push({ by, input });
    }
  }
  return { loaded, similar };
}

function loadedFrom(
  file: LeftFile,
  {
    input,
    by,
    plan,
    isSince,
  }: Omit<Loaded, 'file' | 'how'> & Pick<FilesToRetry, 'plan'> & { isSince: boolean },
): Loaded[] {
  const how = recognized(input, file);
  if (how !== undefined && !(how === 'bytes' && plan !== undefined && isInputOf(plan, input)))
    return [{ file, input, by, how }];
  // A retry is given a file that was loaded and has been changed since; one that was loaded before had other rows.
  const isThere = input.path !== undefined && input.path === file.read.path && isSince;
  return isThere ? [{ file, input, by, how: 'name' }] : [];
}

/** An input with the errors of rows that have failed, unless its name says of which load. */
function isPerhapsLeft(input: InputMark): boolean {
  return input.hasErrors === true && resultNameOf(input) === undefined;
}

/** The files that a load was given, unless it is a retry, which has those of the load that it retries, or a step of a copy. */
function inputsOf({ records: [first] }: RunView): readonly InputMark[] {
  if (first?.type !== 'load') return [];
  const { retryOf, ofCopy, inputs = [] } = first.plan;
  return retryOf === undefined && ofCopy === undefined ? inputs : [];
}

/** Whether a run is a load that may create records of an object in an org. */
export function mayCreateIn(
  { org, object }: Pick<FilesToRetry, 'org' | 'object'>,
  { records: [first] }: RunView,
): boolean {
  return (
    first?.type === 'load' &&
    mayCreate(first.plan) &&
    first.plan.object.toLowerCase() === object.toLowerCase() &&
    isSameOrg(first.org, org)
  );
}

export function mayCreate({ operation }: Pick<LoadPlan, 'operation'>): boolean {
  return operation === 'insert' || operation === 'upsert';
}
