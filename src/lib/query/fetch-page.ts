import { OrgUnreachableError } from '../api/errors.js';
import type { PageHead, QueryJobs } from '../api/query-jobs.js';
import { CsvPage } from '../csv/page-rows.js';
import type { PageSpool } from './page-spool.js';

export type FetchedPage = {
  readonly head: PageHead;
  readonly rows: number;
  /** The page's header line, without its line ending. */
  readonly header: Buffer;
};

export type FetchPageOptions = {
  readonly jobs: QueryJobs;
  readonly jobId: string;
  /** Absent for the first page. */
  readonly locator: string | undefined;
  readonly spool: PageSpool;
  readonly signal: AbortSignal;
  /** Called as soon as the page's headers are there, before its body: the next page can be asked for. */
  readonly onHead: (head: PageHead) => void;
};

/**
 * Downloads one page into its spool, without its header line, and counts it. A page that is not whole is fetched
 * again, alone.
 * @throws OrgUnreachableError it never arrived whole
 */
export async function fetchPage(options: FetchPageOptions): Promise<FetchedPage> {
  const { jobs, jobId, locator, spool, signal, onHead } = options;
  return jobs.results(jobId, { locator, signal }, async ({ body }, head) => {
    onHead(head);
    await spool.clear();
    const page = new CsvPage({ skipHeader: true });
    for await (const chunk of body as AsyncIterable<Buffer>) {
      const rows = page.push(chunk);
      if (rows !== undefined && rows.length > 0) await spool.write(rows);
    }
    const { rows, header, headerTerminator, isComplete, endsWithNewline } = page.end();
    if (!isComplete) throw pageCut(jobId, locator, 'it ends inside a record');
    if (header.length === 0 && head.records !== 0) throw pageCut(jobId, locator, 'it is empty');
    if (head.records !== undefined && head.records !== rows) {
      throw pageCut(jobId, locator, `it has ${rows} of ${head.records} records`);
    }
    if (rows > 0 && !endsWithNewline) {
      await spool.write(Buffer.from(headerTerminator === 'CRLF' ? '\r\n' : '\n'));
    }
    return { head, rows, header };
  });
}

/** Takes the form of a broken connection, so that it is retried like one. */
function pageCut(jobId: string, locator: string | undefined, reason: string): OrgUnreachableError {
  const which = locator === undefined ? 'The first page' : `The page at locator ${locator}`;
  return new OrgUnreachableError(`${which} of job ${jobId} did not arrive whole: ${reason}.`, {
    mayHaveActed: true,
    data: { jobId, locator },
  });
}
