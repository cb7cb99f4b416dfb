import { eachChunk } from '../../api/each-chunk.js';
import { OrgUnreachableError } from '../../api/errors.js';
import type { ApiResponse } from '../../api/port.js';
import type { PageHead, QueryJobs } from '../../api/query-jobs.js';
import { CsvPage } from '../../csv/page.js';
import { untilFound } from '../../jobs/poll.js';
import type { PageFlow } from './page-flow.js';

export type FetchedPage = {
  readonly head: PageHead;
  readonly rows: number;
};

export type FetchPageOptions = {
  readonly jobs: QueryJobs;
  readonly jobId: string;
  /** Absent for the first page. */
  readonly locator: string | undefined;
  readonly flow: PageFlow;
  readonly signal: AbortSignal;
  /** Called as soon as the page's headers are there, before its body: the next page can be asked for. */
  readonly onHead: (head: PageHead) => void;
  /** Called with the header line when it is there, which may be before the rows are. */
  readonly onHeader: (header: Buffer) => void;
  /** Called when a tenth of the page's records are there, where their number is known. */
  readonly onTenth: () => void;
};

/**
 * Downloads one page, without its header line, and counts it. A page that is not whole is fetched again, alone, and
 * its flow begins again.
 * @throws OrgUnreachableError it never arrived whole
 */
export async function fetchPage(options: FetchPageOptions): Promise<FetchedPage> {
  const { jobs, jobId, locator, flow, signal, onHead, onHeader, onTenth } = options;
  let told: Buffer | undefined;
  const tell = (header: Buffer): void => {
    if (told?.equals(header) === false)
      throw pageCut(options, 'its columns are not those that it began with');
    if (told === undefined) onHeader(header);
    told = header;
  };
  const read = async ({ body }: ApiResponse, head: PageHead): Promise<FetchedPage> => {
    onHead(head);
    await flow.restart();
    const page = new CsvPage({ skipHeader: true });
    let hasRows = false;
    let tenth = (head.records ?? Infinity) / 10;
    await eachChunk(body, (chunk) => {
      const rows = page.push(chunk);
      if (rows === undefined) return undefined;
      if (!hasRows && page.header !== undefined) tell(page.header);
      hasRows = true;
      if (page.rows > tenth) {
        tenth = Infinity;
        onTenth();
      }
      return flow.write(rows);
    });
    const { rows, header, headerTerminator, isComplete, endsWithNewline } = page.end();
    if (!isComplete) throw pageCut(options, 'it ends inside a record');
    if (header.length === 0 && head.records !== 0) throw pageCut(options, 'it is empty');
    if (head.records !== undefined && head.records !== rows) {
      throw pageCut(options, `it has ${rows} of ${head.records} records`);
    }
    if (rows > 0 && !endsWithNewline) {
      await flow.write(Buffer.from(headerTerminator === 'CRLF' ? '\r\n' : '\n'));
    }
    tell(header);
    return { head, rows };
  };
  const download = () => jobs.results(jobId, { locator, signal }, read);
  // Later pages are known once the first is: one that is not there will not come.
  return locator === undefined ? untilFound(jobId, download, signal) : download();
}

/** Takes the form of a broken connection, so that it is retried like one. */
function pageCut(
  { jobId, locator }: Pick<FetchPageOptions, 'jobId' | 'locator'>,
  reason: string,
): OrgUnreachableError {
  const which = locator === undefined ? 'The first page' : `The page at locator ${locator}`;
  return new OrgUnreachableError(`${which} of job ${jobId} did not arrive whole: ${reason}.`, {
    mayHaveActed: true,
    data: { jobId, locator },
  });
}
