import { restApi, type RestApi } from '../api/rest.js';
import { isDefiniteRefusal, withRetry } from '../api/retry.js';
import { mostJobBytes, partBytesFor } from '../load/model/request.js';
import type { RunContext } from '../run/context.js';
import type { CopyPlan, CopyStep, CopySurvey } from '../run/copy-record.js';
import { rowsOf } from './model/steps.js';

/** What sending the records of a copy takes, as far as that can be known before. */
export type CopyCost = {
  readonly jobs: number;
  /** Status checks aside: how many there are depends on how long the org takes. */
  readonly requests: number;
  readonly newRecords: number;
  /** Megabytes of data storage that new records take. */
  readonly storageMB: number;
};

/** Create, upload, close, one look, and the result sets that have rows: all succeed, as it is hoped. */
const requestsPerJob = 5;
/** Each load asks for the fields of its object. */
const requestsPerStep = 1;
/** Create, one look, and a page of ids. */
const requestsPerExport = 3;
/** What Salesforce counts for a record of almost any object (Salesforce Help: Data and File Storage Allocations). */
export const bytesPerRecord = 2_048;

type Surveyed = {
  readonly plan: CopyPlan;
  readonly surveys: readonly CopySurvey[];
  readonly steps: readonly CopyStep[];
};

export function costOf({ plan, surveys, steps }: Surveyed): CopyCost {
  const jobs = steps.map((step) => jobsOf(step, plan, surveys));
  const loads = jobs.filter((count) => count > 0);
  const persons = plan.objects.filter((each) => each.persons?.contact !== undefined).length;
  const sum = (counts: readonly number[]): number => counts.reduce((total, each) => total + each, 0);
  // Whether a record of an upsert is new is known to the target alone: it is counted as if it were.
  const newRecords = sum(surveys.map(({ levels }) => sum(levels)));
  return {
    jobs: sum(jobs),
    requests: sum(jobs) * requestsPerJob + loads.length * requestsPerStep + persons * requestsPerExport,
    newRecords,
    storageMB: Math.ceil((newRecords * bytesPerRecord) / 1_048_576),
  };
}

function jobsOf(step: CopyStep, { concurrency }: CopyPlan, surveys: readonly CopySurvey[]): number {
  const rows = rowsOf(step, surveys);
  if (rows === 0) return 0;
  const { read = 0, bytes = 0 } = surveys.find(({ object }) => object === step.object) ?? {};
  const stepBytes = read === 0 ? 0 : (bytes / read) * rows;
  const limits = { concurrency, maxJobBytes: mostJobBytes, maxRowsPerJob: Number.POSITIVE_INFINITY };
  return Math.max(1, Math.ceil(stepBytes / partBytesFor(stepBytes, limits)));
}

/** What is left in the target, and what runs there for each record; absent where it can't be asked. */
export type TargetFacts = {
  readonly limits: Awaited<ReturnType<RestApi['limits']>> | undefined;
  readonly automation: ReadonlyArray<{
    readonly object: string;
    readonly triggers: number;
    readonly validationRules: number;
  }>;
};

/** Asks the target for them. Whoever may not know them is told nothing: it is no error. */
export async function targetFacts(
  objects: readonly string[],
  { api, signal, retryPolicy }: RunContext,
): Promise<TargetFacts> {
  const rest = restApi(withRetry(api, undefined, retryPolicy), signal);
  const limits = await ifAllowed(() => rest.limits());
  const triggers = await countByObject(rest, triggersQuery);
  const rules = await countByObject(rest, rulesQuery);
  const automation = objects.map((object) => ({
    object,
    triggers: triggers.get(object) ?? 0,
    validationRules: rules.get(object) ?? 0,
  }));
  return {
    limits,
    automation: automation.filter(({ triggers: own, validationRules }) => own + validationRules > 0),
  };
}

const triggersQuery =
  "SELECT TableEnumOrId, EntityDefinition.QualifiedApiName FROM ApexTrigger WHERE Status = 'Active'";
const rulesQuery = 'SELECT EntityDefinition.QualifiedApiName FROM ValidationRule WHERE Active = true';

async function countByObject(rest: RestApi, soql: string): Promise<ReadonlyMap<string, number>> {
  const counts = new Map<string, number>();
  for (const { TableEnumOrId, EntityDefinition } of (await ifAllowed(() =>
    rest.records(soql, 'tooling/query'),
  )) ?? []) {
    const { QualifiedApiName = TableEnumOrId } = (EntityDefinition ?? {}) as { QualifiedApiName?: unknown };
    if (typeof QualifiedApiName === 'string')
      counts.set(QualifiedApiName, (counts.get(QualifiedApiName) ?? 0) + 1);
  }
  return counts;
}

async function ifAllowed<T>(ask: () => Promise<T>): Promise<T | undefined> {
  try {
    return await ask();
  } catch (error) {
    if (isDefiniteRefusal(error)) return undefined;
    throw error;
  }
}
