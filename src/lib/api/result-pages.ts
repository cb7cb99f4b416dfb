/** Addresses of result pages that can be fetched side by side, up to five a call. */
export type ResultPages = {
  /** In the order of the pages; `''` is the first page, which has no locator of its own. */
  readonly locators: readonly string[];
  /** Where the next addresses are; undefined when there are no more. */
  readonly next: string | undefined;
};

/** The documented shape, and the one that a client tested on a live org reads. */
export type ResultPagesAnswer = {
  readonly resultPages?: ReadonlyArray<{ readonly resultUrl: string }>;
  readonly resultChunks?: ReadonlyArray<{ readonly resultLink: string }>;
  readonly nextRecordsUrl?: string | null;
  readonly nextRecordUrl?: string | null;
  readonly done?: boolean;
};

export function parseResultPages(answer: ResultPagesAnswer): ResultPages {
  const links =
    answer.resultPages?.map((page) => page.resultUrl) ??
    answer.resultChunks?.map((chunk) => chunk.resultLink) ??
    [];
  const next = answer.nextRecordsUrl ?? answer.nextRecordUrl ?? undefined;
  return { locators: links.map(locatorOf), next: answer.done === true ? undefined : next };
}

/** Only the locator is taken from an address that the server gives; the request is built on the org's own origin. */
function locatorOf(link: string): string {
  return new URL(link, 'http://localhost').searchParams.get('locator') ?? '';
}
