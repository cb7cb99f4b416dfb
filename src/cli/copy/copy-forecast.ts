import { Messages } from '@salesforce/core';
import { bytesPerRecord, costOf, targetFacts } from '../../lib/copy/copy-cost.js';
import type { AskForCopy } from '../../lib/copy/copy.js';
import type { RunContext } from '../../lib/run/context.js';
import { formatCount, formatJobs } from '../units.js';
import type { CopyPlanReport } from './copy-report.js';

Messages.importMessagesDirectoryFromMetaUrl(import.meta.url);
const messages = Messages.loadMessages('sf-plugin-bulk2', 'bulk2.copy');

const limitsOfCopies = ['DailyApiRequests', 'DailyBulkApiBatches', 'DataStorageMB'];

/**
 * What a copy would take and meet in its target.
 * @param requestsSoFar of the dry run, which reads what the copy reads
 */
export async function forecast(
  surveyed: Parameters<AskForCopy>[0],
  { target, requestsSoFar }: { readonly target: RunContext; readonly requestsSoFar: number },
): Promise<CopyPlanReport> {
  const { jobs, requests, newRecords, storageMB } = costOf(surveyed);
  const objects = surveyed.plan.objects.map(({ object }) => object);
  const { limits = {}, automation } = await targetFacts(objects, target);
  return {
    jobs,
    apiRequests: requestsSoFar + requests,
    newRecords,
    storageMB,
    limits: Object.fromEntries(
      Object.entries(limits).flatMap(([name, { Max, Remaining }]) =>
        limitsOfCopies.includes(name) ? [[name, { Max, Remaining }]] : [],
      ),
    ),
    automation: automation.map((each) => ({ ...each })),
  };
}

export function forecastLines({
  jobs,
  apiRequests,
  newRecords,
  storageMB,
  limits,
  automation,
}: CopyPlanReport): string[] {
  const left = (limit: string, needed: number, unit = ''): string => {
    const { Remaining } = limits[limit] ?? {};
    if (Remaining === undefined) return '';
    return messages.getMessage(Remaining < needed ? 'forecast.tooFew' : 'forecast.left', [
      `${formatCount(Remaining)}${unit}`,
    ]);
  };
  return [
    messages.getMessage('forecast.requests', [
      formatCount(apiRequests),
      formatJobs(jobs),
      left('DailyApiRequests', apiRequests),
    ]),
    messages.getMessage('forecast.storage', [
      formatCount(newRecords),
      formatStorage(newRecords, storageMB),
      left('DataStorageMB', storageMB, ' MB'),
    ]),
    ...automation.map(({ object, triggers, validationRules }) =>
      messages.getMessage('forecast.automation', [
        object,
        formatCount(triggers),
        formatCount(validationRules),
      ]),
    ),
  ].map((line) => line.trimEnd());
}

/** In the units that an org counts its storage in. */
function formatStorage(records: number, megabytes: number): string {
  const kilobytes = (records * bytesPerRecord) / 1_024;
  return kilobytes < 1_024 ? `${formatCount(kilobytes)} KB` : `${formatCount(megabytes)} MB`;
}
