import { Messages } from '@salesforce/core';
import {
  copyFilesOf,
  copyStatusOf,
  hasLeftRows,
  leftOf,
  type CopyStatus,
  type HeldGroup,
} from '../../lib/copy/account.js';
import type { CopyStep } from '../../lib/run/copy-record.js';
import { endOf, type RunView } from '../../lib/run/store.js';
import { filledLines } from '../filled-text.js';
import { goOnText } from '../go-on-text.js';
import { canRetry, heldAdvice } from '../held-text.js';
import { planWarnings } from '../plan-warnings.js';
import { formatRecords } from '../units.js';
import { copyGraph } from './copy-graph.js';
import type { PageNotes } from './load-page.js';
import type { Outcome } from './outcome.js';
import type { CopyFacts, CopyStepFacts, NextStep, ReportCounts, ReportPage } from './page.js';

Messages.importMessagesDirectoryFromMetaUrl(import.meta.url);
const messages = Messages.loadMessages('sf-plugin-bulk2', 'bulk2.report');

/** What the journal of a copy doesn't say. */
type KnownOfCopy = {
  readonly heldGroups: readonly HeldGroup[];
  /** Whether the target may have processed something of it. */
  readonly hasSent: boolean;
  readonly sourceAlias: string | undefined;
};

/** The page of a copy, by its journal. @returns undefined for any other run */
export function copyPage(
  { runId, records }: RunView,
  notes: PageNotes,
  known: KnownOfCopy,
): ReportPage | undefined {
  const [first] = records;
  if (first?.type !== 'copy') return undefined;
  const status = copyStatusOf(runId, records);
  const end = endOf(records);
  const counts = countsOf(status);
  const outcome = outcomeOfCopy(status, counts, notes);
  const source = first.source;
  return {
    operation: 'copy',
    object: status.plan.objects.map(({ object }) => object).join(', '),
    outcome,
    org: { ...first.org, alias: notes.alias },
    startedAt: first.at,
    endedAt: end?.at,
    counts,
    failure: failureOf(status, outcome, { failure: notes.failure, reason: end?.reason }),
    problems: [],
    errors: [],
    jobs: [],
    inputs: [],
    warnings: [...planWarnings(status.plan), ...notes.warnings],
    notes: filledLines(status),
    nextSteps: nextStepsOf(status, outcome, known),
    copy: {
      ...(source === undefined ? {} : { source: { ...source, alias: known.sourceAlias } }),
      ...factsOf(status),
    },
    writtenAt: notes.writtenAt,
  };
}

type Known = { readonly failure: PageNotes['failure']; readonly reason: string | undefined };

/** What was thrown, or why it was ended. */
function failureOf({ isAborted }: CopyStatus, outcome: Outcome, { failure, reason }: Known) {
  if (isAborted) return failure ?? (reason === undefined ? undefined : { message: reason, actions: [] });
  return outcome === 'failed' ? failure : undefined;
}

/** What is neither loaded nor failed nor held waits, or will never be sent. */
function countsOf({ surveys, totals, isFinished }: CopyStatus): ReportCounts {
  const input = surveys.reduce(
    (sum, { read, outside, unchanged = 0 }) => sum + read - outside - unchanged,
    0,
  );
  const { successful, failed, held } = totals;
  return {
    input,
    successful,
    failed,
    held,
    unprocessed: input - successful - failed - held,
    areFinal: isFinished,
  };
}

function outcomeOfCopy(status: CopyStatus, { input }: ReportCounts, notes: PageNotes): Outcome {
  if (status.isAborted) return 'aborted';
  const { ending } = notes.failure ?? {};
  if (!status.isFinished)
    return ending === 'interrupted' ? 'interrupted' : ending === 'failed' ? 'failed' : 'notFinished';
  if (status.steps.some(({ state }) => state === 'Failed' || state === 'Aborted')) return 'failed';
  if (input === 0) return 'nothing';
  if (!hasLeftRows(status)) return 'succeeded';
  return status.totals.successful === 0 ? 'noneSucceeded' : 'someFailed';
}

function nextStepsOf(status: CopyStatus, outcome: Outcome, { heldGroups, hasSent }: KnownOfCopy): NextStep[] {
  const { runId, totals, isFinished } = status;
  if (outcome === 'aborted')
    return [
      { text: messages.getMessage(hasSent ? 'copy.next.aborted' : 'copy.next.abortedUnsent') },
      ...(status.hasIds ? goOnText(status.plan).map((text) => ({ text })) : []),
    ];
  if (!isFinished)
    return [{ text: messages.getMessage('copy.next.resume'), command: `sf bulk2 job resume --id ${runId}` }];
  if (!hasLeftRows(status)) return [{ text: messages.getMessage('next.succeeded') }];
  const advice = heldAdvice(status.plan, heldGroups).map((text) => ({ text }));
  if (!canRetry(status, heldGroups)) return advice;
  const left = formatRecords(leftOf(totals));
  return [
    ...advice,
    { text: messages.getMessage('copy.next.retry', [left]), command: `sf bulk2 job retry --id ${runId}` },
  ];
}

function factsOf(status: CopyStatus): Omit<CopyFacts, 'source'> {
  const { plan, steps, hasIds, missingOwners } = status;
  const files = plan.objects.map(({ object }) => copyFilesOf(plan, object));
  const isHeld = (object: string): boolean =>
    steps.some((step) => step.object === object && (step.counts?.held ?? 0) > 0);
  return {
    steps: steps.map((step) => stepFacts(status, step)),
    errors: steps.flatMap(({ object, errors }) => errors.map((error) => ({ object, ...error }))),
    graph: copyGraph(status),
    missingOwners: [...missingOwners],
    files: [
      ...(hasIds ? files.map(({ ids }) => ids) : []),
      ...(hasIds
        ? plan.objects.flatMap(({ object }, at) => (isHeld(object) ? (files[at]?.held ?? []) : []))
        : []),
      ...steps.flatMap(({ files: sets }) => sets.at(-1)?.failed ?? []),
    ],
  };
}

function stepFacts({ plan }: CopyStatus, step: CopyStatus['steps'][number]): CopyStepFacts {
  const { counts, state, jobIds, kind } = step;
  const { operation = 'insert', key } = plan.objects.find(({ object }) => object === step.object) ?? {};
  const created = key === undefined && operation === 'upsert' ? 'insert' : operation;
  return {
    name: stepName(step),
    does: kind === 'later' || kind === 'update' ? 'update' : kind === 'match' ? 'match' : created,
    state,
    counts,
    jobIds,
  };
}

/** `Account`, `Account level 2`, `Account, lookups` */
function stepName({ object, kind, level }: CopyStep): string {
  if (kind === 'later') return messages.getMessage('copy.step.later', [object]);
  return level === 0 ? object : messages.getMessage('copy.step.level', [object, String(level + 1)]);
}
