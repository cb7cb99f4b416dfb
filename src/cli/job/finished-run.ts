import { dirname, resolve } from 'node:path';
import { Messages } from '@salesforce/core';
import { UsageError, type ErrorDetail } from '../../lib/errors.js';
import { type ExportResult, type ExportSummary, placeOf } from '../../lib/export/export.js';
import { isThere } from '../../lib/files/file-facts.js';
import type { PerResultFile } from '../../lib/load/load.js';
import type { ExportPlan } from '../../lib/run/export-plan.js';
import type { JournalRecord } from '../../lib/run/record.js';
import { endOf, jobIdsOf, nameOfRun, type RunView } from '../../lib/run/store.js';
import { shellWord } from '../shown.js';

Messages.importMessagesDirectoryFromMetaUrl(import.meta.url);
const messages = Messages.loadMessages('sf-plugin-bulk2', 'bulk2.job');

/** The rows of a finished export whose output is there. @throws UsageError it isn't, and can't come by a resume */
export async function finishedExport(
  { runId, records }: RunView,
  plan: ExportPlan,
): Promise<Pick<ExportResult, 'ids'> & { readonly jobId: string; readonly rows: number }> {
  const jobId = jobIdsOf(records)[0] ?? '';
  const name = nameOfRun({ runId, records });
  const { rows, ids } = summaryOf(records);
  const place = placeOf(plan);
  const recover = (flags = ''): ErrorDetail => ({
    actions: [
      // Without a job the org has nothing of it.
      ...(jobId === '' ? [] : [messages.getMessage('action.ResultsAgain', [jobId, flags])]),
      messages.getMessage('action.QueryAgain'),
    ],
  });
  const reason = reasonIn(records);
  if (reason !== '') {
    throw new UsageError(messages.getMessage('error.ExportEnded', [name, reason]), {
      actions: [messages.getMessage('action.QueryAnew')],
    });
  }
  if (rows === null) throw new UsageError(messages.getMessage('error.GivenUp', [name]), recover());
  if (place === undefined || place.kind === 'stream') {
    throw new UsageError(messages.getMessage('error.WasStream', [jobId]), recover());
  }
  if (await isThere(place.path)) return { jobId, rows, ...(ids === undefined ? {} : { ids }) };
  const flag = place.kind === 'folder' ? '--output-dir' : '--output-file';
  throw new UsageError(
    messages.getMessage('error.OutputGone', [jobId, place.path]),
    recover(` ${flag} ${shellWord(place.path)}`),
  );
}

/** @throws UsageError a result file of a finished load is gone, or was asked for in another folder than it is in */
export async function requireResultFiles(
  name: string,
  files: PerResultFile<string | null>,
  resultsDir: string | undefined,
): Promise<void> {
  const paths = Object.values(files).filter((path) => path !== null);
  const wanted = resultsDir === undefined ? undefined : resolve(resultsDir);
  const there = await Promise.all(paths.map(isThere));
  const missing = paths.find((path, at) => there[at] !== true);
  const elsewhere = paths.find((path) => wanted !== undefined && dirname(path) !== wanted);
  if (missing === undefined && elsewhere === undefined) return;
  const folder = wanted ?? dirname(missing ?? '');
  const message =
    missing === undefined
      ? messages.getMessage('error.ResultsElsewhere', [name, dirname(elsewhere ?? '')])
      : messages.getMessage('error.ResultsGone', [name, missing]);
  throw new UsageError(message, {
    actions: [messages.getMessage('action.ResultsAgain', [name, ` --results-dir ${shellWord(folder)}`])],
  });
}

/** Why a run has ended without results; empty for one that has some. */
export function reasonIn(records: readonly JournalRecord[]): string {
  return endOf(records)?.reason ?? '';
}

/** `rows` is null for an export that another one to the same output has taken the place of. */
function summaryOf(records: readonly JournalRecord[]): ExportSummary {
  return (endOf(records)?.summary ?? { rows: null }) as ExportSummary;
}
