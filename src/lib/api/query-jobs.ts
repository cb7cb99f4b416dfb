import { callsOn } from './calls.js';
import { requireJobs, type JobListPage } from './ingest-jobs.js';
import { requireChangedJob, requireJob } from './job-answer.js';
import type { ApiResponse, OrgApi } from './port.js';
import { parseResultPages, type ResultPagesAnswer } from './result-pages.js';
import type { QueryJobRequest } from './types.js';

/** One page of results as its headers tell it. */
export type PageHead = {
  /** Of the next page; undefined on the last one, where the service sends the word `null`. */
  readonly nextLocator: string | undefined;
  /** Records in this page, from `Sforce-NumberOfRecords`; undefined where the header is missing. */
  readonly records: number | undefined;
};

export type PageRequest = {
  readonly locator?: string;
  readonly maxRecords?: number;
  readonly signal?: AbortSignal;
};

/**
 * Calls of `/jobs/query` (Bulk API guide: Bulk API 2.0 Query). An answer for another job than the one that was asked for
 * is refused with a WrongJobError.
 * @param object that all of these jobs read, where that is known
 */
export function queryJobs(api: OrgApi, signal?: AbortSignal, object?: string) {
  const calls = callsOn(api, signal);

  return {
    create: async (job: QueryJobRequest) =>
      requireJob(await calls.post<unknown>('jobs/query', job, 'create the query job'), { object }),
    info: async (id: string) =>
      requireJob(await calls.get<unknown>(`jobs/query/${id}`, `ask for job ${id}`), { id, object }),
    abort: async (id: string) => {
      const answer = await calls.patch<unknown>(`jobs/query/${id}`, { state: 'Aborted' }, `abort job ${id}`);
      return requireChangedJob(answer, { id, object });
    },
    remove: (id: string) => calls.remove(`jobs/query/${id}`, `delete job ${id}`),
    list: async (nextRecordsUrl?: string) =>
      requireJobs(await calls.get<JobListPage>(nextRecordsUrl ?? 'jobs/query', 'list the query jobs')),

    /** From API version 58; an org may not offer it (404). */
    resultPages: async (
      id: string,
      list: { readonly nextUrl?: string; readonly signal?: AbortSignal } = {},
    ) =>
      parseResultPages(
        await callsOn(api, list.signal ?? signal).get<ResultPagesAnswer>(
          list.nextUrl ?? `jobs/query/${id}/resultPages`,
          `list the result pages of job ${id}`,
        ),
      ),

    /** Streams one page; the reader is called again from the start after a download that broke off. */
    results: <T>(
      id: string,
      page: PageRequest,
      read: (response: ApiResponse, head: PageHead) => Promise<T>,
    ) =>
      api.send(
        {
          method: 'GET',
          path: `jobs/query/${id}/results`,
          query: { locator: page.locator, maxRecords: page.maxRecords },
          headers: { accept: 'text/csv' },
          repeatable: true,
          step: `download results of job ${id}`,
          signal: page.signal ?? signal,
        },
        (response) => read(response, pageHead(response)),
      ),
  };
}

export type QueryJobs = ReturnType<typeof queryJobs>;

function pageHead({ headers }: ApiResponse): PageHead {
  const locator = headers['sforce-locator'];
  const records = headers['sforce-numberofrecords'];
  return {
    nextLocator: locator === undefined || locator === 'null' || locator === '' ? undefined : locator,
    records: records === undefined ? undefined : Number(records),
  };
}
