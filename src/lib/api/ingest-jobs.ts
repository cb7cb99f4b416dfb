import { callsOn } from './calls.js';
import { OrgUnreachableError } from './errors.js';
import { requireChangedJob, requireJob } from './job-answer.js';
import { readText, type ApiResponse, type OrgApi } from './port.js';
import type { IngestJobRequest, IngestResultKind, JobInfo, JobState } from './types.js';

export type JobListPage = {
  readonly done: boolean;
  readonly records: readonly JobInfo[];
  readonly nextRecordsUrl: string | null;
};

/** Opens the data to upload from its beginning, for each try. */
export type OpenBody = () => AsyncIterable<Uint8Array>;

/**
 * Calls of `/jobs/ingest` (Bulk API guide: Bulk API 2.0 Ingest). An answer for another job than the one that was asked
 * for is refused with a WrongJobError.
 * @param object that all of these jobs are for, where that is known
 */
export function ingestJobs(api: OrgApi, signal?: AbortSignal, object?: string) {
  const calls = callsOn(api, signal);
  const change = async (id: string, state: JobState, verb: string): Promise<JobInfo> => {
    const answer = await calls.patch<unknown>(`jobs/ingest/${id}`, { state }, `${verb} job ${id}`);
    return requireChangedJob(answer, { id, object });
  };

  return {
    /** The new job is Open: it processes nothing until it is closed, so that an orphan does no harm. */
    create: async (job: IngestJobRequest) => {
      const step = `create the ${job.operation} job for ${job.object}`;
      return requireJob(await calls.post<unknown>('jobs/ingest', job, step), { object: job.object });
    },
    close: (id: string) => change(id, 'UploadComplete', 'close'),
    abort: (id: string) => change(id, 'Aborted', 'abort'),
    info: async (id: string) =>
      requireJob(await calls.get<unknown>(`jobs/ingest/${id}`, `ask for job ${id}`), { id, object }),
    remove: (id: string) => calls.remove(`jobs/ingest/${id}`, `delete job ${id}`),
    /** One page of the list, at most 1,000 jobs, in no particular order. */
    list: async (nextRecordsUrl?: string) =>
      requireJobs(await calls.get<JobListPage>(nextRecordsUrl ?? 'jobs/ingest', 'list the ingest jobs')),

    /** One PUT a job: the service refuses a second one, so that a lost answer needs another job. */
    upload: (id: string, body: OpenBody, headers: Readonly<Record<string, string>> = {}) => {
      const request = {
        method: 'PUT',
        path: `jobs/ingest/${id}/batches`,
        body,
        headers: { 'content-type': 'text/csv; charset=UTF-8', ...headers },
        repeatable: false,
        step: `upload the data of job ${id}`,
        signal,
      } as const;
      return api.send(request, (response) => requireTaken(response, request.step));
    },

    /** Streams one result set; the reader is called again from the start after a download that broke off. */
    results: <T>(id: string, kind: IngestResultKind, read: (response: ApiResponse) => Promise<T>) =>
      api.send(
        {
          method: 'GET',
          path: `jobs/ingest/${id}/${kind}`,
          headers: { accept: 'text/csv' },
          repeatable: true,
          step: `download the ${kind} of job ${id}`,
          signal,
        },
        read,
      ),
  };
}

/** @throws WrongJobError a record has no id */
export function requireJobs(page: JobListPage): JobListPage {
  return { ...page, records: page.records.map((record) => requireJob(record, {})) };
}

export type IngestJobs = ReturnType<typeof ingestJobs>;

/**
 * The service answers 201 without a body (Bulk API guide: Upload Job Data). A page that comes instead, such as a
 * proxy's login, says nothing about the data.
 */
async function requireTaken(response: ApiResponse, step: string): Promise<void> {
  const text = await readText(response);
  if (response.status === 201 || text.trim() === '') return;
  throw new OrgUnreachableError(`Could not ${step}: something else than the org has answered.`, {
    mayHaveActed: true,
  });
}
