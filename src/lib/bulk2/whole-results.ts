import type { IngestJobs } from '../api/ingest-jobs.js';
import { delimiterCharacters, type IngestJobRequest, type JobInfo } from '../api/types.js';
import { cellText } from '../csv/cells.js';
import { readRows } from '../csv/read-rows.js';
import { RecordReader } from '../csv/record-reader.js';
import { TempFolder } from '../run/temp-folder.js';
import { gather } from '../parallel.js';
import { keyNameOf, keySumIn } from '../load/keys/key-sum.js';
import { shortOf } from '../load/collect/collect.js';
import { disposeAll, downloadJob } from '../load/collect/download.js';
import type { FinishedJob } from '../load/collect/request.js';
import type { ResultSetName } from '../load/model/result-sets.js';
import { requireAllRows } from '../load/collect/row-counts.js';
import type { StagedInput } from './stage-input.js';
import type { PlainResults } from './jsforce-types.js';
import type { ResultRecord } from './result-sets.js';

/** What is known of an input that one job is sent; nothing where it takes the service to say what is a row. */
export type SentInput = Pick<FinishedJob, 'rowsSent' | 'keySum' | 'source'>;

/** Reads an input before it is sent: its rows, and the checksum of their keys where they have some. */
export async function measureInput(staged: StagedInput, job: IngestJobRequest): Promise<SentInput> {
  const { rows: rowsSent } = staged;
  if (rowsSent === undefined) return {};
  const keyName = keyNameOf(job.operation, job.externalIdFieldName);
  if (keyName === undefined) return { rowsSent };
  const { columns, records } = await openRecords(staged);
  const sum = keySumIn(columns, keyName);
  await records.read(Number.POSITIVE_INFINITY, (record) => sum?.add(record));
  return {
    rowsSent,
    keySum: sum?.take(),
    source: {
      columns,
      async scan(visit, pause) {
        let row = 0;
        const again = await openRecords(staged);
        await again.records.read(
          Number.POSITIVE_INFINITY,
          (record) => visit(record, 'input', (row += 1), { position: 0, row }),
          pause,
        );
      },
    },
  };
}

/** Reads the header, and leaves the reader behind it. */
async function openRecords({ open, form }: StagedInput) {
  const delimiter = delimiterCharacters[form.columnDelimiter];
  const records = new RecordReader(open() as AsyncIterable<Buffer>, delimiter);
  const columns: string[] = [];
  await records.read(1, (record) => {
    for (let cell = 0; cell < record.count; cell += 1) columns.push(cellText(record, cell));
  });
  return { columns, records };
}

export type WholeResultsOptions = {
  readonly sent: SentInput;
  readonly request: IngestJobRequest;
  readonly jobs: IngestJobs;
  readonly refetchWaitMs: number;
  readonly signal: AbortSignal;
};

/**
 * All results of a job that has ended, held to what was sent in the way of every load: each row in one set, and the keys
 * the same on both sides. Sets that don't add up are fetched again: they can lag behind the state of a job.
 * @throws RowCountError
 */
export async function wholeResults(info: JobInfo, options: WholeResultsOptions): Promise<PlainResults> {
  const folder = await TempFolder.make();
  try {
    return await wholeResultsIn(folder, info, options);
  } finally {
    await folder.remove();
  }
}

async function wholeResultsIn(
  folder: TempFolder,
  info: JobInfo,
  { sent, request, jobs, refetchWaitMs, signal }: WholeResultsOptions,
): Promise<PlainResults> {
  const { id: jobId, state, numberRecordsProcessed: processed = 0, numberRecordsFailed: failed = 0 } = info;
  const downloaded = await downloadJob(
    { jobId, state, processed, failed, ...sent },
    {
      fetch: (id, kind, read) => jobs.results(id, kind, ({ body }) => read(body)),
      delimiter: delimiterCharacters[request.columnDelimiter ?? 'COMMA'],
      keyName: keyNameOf(request.operation, request.externalIdFieldName),
      spoolPrefix: folder.pathOf(''),
      refetchWaitMs,
      signal,
    },
  );
  const { sets, count, addsUp } = downloaded;
  const rowsOf = (name: ResultSetName): Promise<ResultRecord[]> => {
    const set = sets.find((each) => each.name === name);
    return set === undefined ? Promise.resolve([]) : gather(readRows(set.read(), set.delimiter));
  };
  try {
    if (!addsUp) requireAllRows([shortOf(downloaded)], { inputRows: undefined, rows: count.results }, []);
    return {
      successfulResults: await rowsOf('success'),
      failedResults: await rowsOf('failed'),
      unprocessedRecords: await rowsOf('unprocessed'),
    };
  } finally {
    await disposeAll(sets);
  }
}
