import { callsOn, type LookOptions } from './calls.js';
import { idSegment } from './identifiers.js';
import { jobFor, jobListPage } from './job-answer.js';
import type { ApiResponse, OrgApi } from './port.js';
import { resultPages } from './result-pages.js';
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
    create: (job: QueryJobRequest) =>
      calls.post('jobs/query', job, 'create the query job', jobFor({ object })),
    info: (id: string, look?: LookOptions) =>
      calls.get(pathOf(id), `ask for job ${id}`, jobFor({ id, object }), look),
    abort: (id: string) =>
      calls.patch(pathOf(id), { state: 'Aborted' }, `abort job ${id}`, jobFor({ id, object })),
    remove: (id: string) => calls.remove(pathOf(id), `delete job ${id}`),
    list: (nextRecordsUrl?: string) =>
      calls.get(nextRecordsUrl ?? 'jobs/query', 'list the query jobs', jobListPage),

    /** From API version 58; an org may not offer it (404). */
    resultPages: (id: string, list: { readonly nextUrl?: string; readonly signal?: AbortSignal } = {}) =>
      callsOn(api, list.signal ?? signal).get(
        list.nextUrl ?? `${pathOf(id)}/resultPages`,
        `list the result pages of job ${id}`,
        resultPages,
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
          path: `${pathOf(id)}/results`,
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

function pathOf(id: string): string {
  return `jobs/query/${idSegment(id)}`;
}

function pageHead({ headers }: ApiResponse): PageHead {
  const locator = headers['sforce-locator'];
  const records = headers['sforce-numberofrecords'];
  return {
    nextLocator: locator === undefined || locator === 'null' || locator === '' ? undefined : locator,
    records: records === undefined ? undefined : Number(records),
  };
}
