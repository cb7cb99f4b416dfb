import { callsOn, type LookOptions } from './calls.js';
import { idSegment } from './identifiers.js';
import { jobFor, jobListPage } from './job-answer.js';
import type { ApiResponse, OrgApi } from './port.js';
import type { QueryJobRequest } from './types.js';
import { checking } from './answers.js';

/** One page of results as its headers tell it. */
export type PageHead = {
  /** Of the next page; undefined on the last one, where the service sends the word `null`. */
  readonly nextLocator: string | undefined;
  /** Records in this page, from `Sforce-NumberOfRecords`; undefined where the header is missing. */
  readonly records: number | undefined;
};

type PageRequest = {
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

/** Addresses of result pages that can be fetched side by side, up to five a call. */
export type ResultPages = {
  /** In the order of the pages; `''` is the first page, which has no locator of its own. */
  readonly locators: readonly string[];
  /** Where the next addresses are; undefined when there are no more. */
  readonly next: string | undefined;
};

/** Checks a list of result pages: the documented shape, and the one that a client tested on a live org reads. */
export function resultPages(answer: unknown, step: string): ResultPages {
  const check = checking(step);
  const list = check.object(answer, 'the list of pages');
  const links = check.array(list.resultPages ?? list.resultChunks ?? [], 'the pages').map((each) => {
    const { resultUrl, resultLink = resultUrl } = check.object(each, 'a page');
    return check.url(resultLink, 'the address of a page');
  });
  const next = check.nextUrl(list.nextRecordsUrl ?? list.nextRecordUrl);
  return {
    // Only the locator is taken from an address: the request is built on the org's own origin.
    locators: links.map((link) => link.searchParams.get('locator') ?? ''),
    next: list.done === true ? undefined : next,
  };
}
