import { callsOn, type LookOptions } from './calls.js';
import { OrgUnreachableError } from './errors.js';
import { idSegment } from './identifiers.js';
import { jobFor, jobListPage } from './job-answer.js';
import { readStart, type ApiResponse, type OrgApi } from './port.js';
import type { IngestJobRequest, IngestResultKind, JobState } from './types.js';

/** Opens the data to upload from its beginning, for each try. */
export type OpenBody = () => AsyncIterable<Uint8Array>;

/**
 * Calls of `/jobs/ingest` (Bulk API guide: Bulk API 2.0 Ingest). An answer for another job than the one that was asked
 * for is refused with a WrongJobError.
 * @param object that all of these jobs are for, where that is known
 */
export function ingestJobs(api: OrgApi, signal?: AbortSignal, object?: string) {
  const calls = callsOn(api, signal);
  const change = (id: string, state: JobState, verb: string) =>
    calls.patch(pathOf(id), { state }, `${verb} job ${id}`, jobFor({ id, object }));

  return {
    /** The new job is Open: it processes nothing until it is closed, so that an orphan does no harm. */
    create: (job: IngestJobRequest) =>
      calls.post(
        'jobs/ingest',
        job,
        `create the ${job.operation} job for ${job.object}`,
        jobFor({ object: job.object }),
      ),
    close: (id: string) => change(id, 'UploadComplete', 'close'),
    abort: (id: string) => change(id, 'Aborted', 'abort'),
    info: (id: string, look?: LookOptions) =>
      calls.get(pathOf(id), `ask for job ${id}`, jobFor({ id, object }), look),
    remove: (id: string) => calls.remove(pathOf(id), `delete job ${id}`),
    /** One page of the list, at most 1,000 jobs, in no particular order. */
    list: (nextRecordsUrl?: string) =>
      calls.get(nextRecordsUrl ?? 'jobs/ingest', 'list the ingest jobs', jobListPage),

    /** One PUT a job: the service refuses a second one, so that a lost answer needs another job. */
    upload: (id: string, body: OpenBody, headers: Readonly<Record<string, string>> = {}) => {
      const request = {
        method: 'PUT',
        path: `${pathOf(id)}/batches`,
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
          path: `${pathOf(id)}/${kind}`,
          headers: { accept: 'text/csv' },
          repeatable: true,
          step: `download the ${kind} of job ${id}`,
          signal,
        },
        read,
      ),
  };
}

export type IngestJobs = ReturnType<typeof ingestJobs>;

function pathOf(id: string): string {
  return `jobs/ingest/${idSegment(id)}`;
}

/**
 * The service answers 201 without a body (Bulk API guide: Upload Job Data). A page that comes instead, such as a
 * proxy's login, says nothing about the data.
 */
async function requireTaken(response: ApiResponse, step: string): Promise<void> {
  const text = await readStart(response);
  if (response.status === 201 || text.trim() === '') return;
  throw new OrgUnreachableError(`Could not ${step}: the response didn't come from Salesforce.`, {
    mayHaveActed: true,
  });
}
