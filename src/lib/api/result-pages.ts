import { checking } from './answers.js';

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
