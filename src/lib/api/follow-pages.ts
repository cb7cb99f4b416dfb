import { UnexpectedAnswerError } from './errors.js';

/** What leads from one page to the next. */
export type Follow<Page> = {
  /** The address of the next page; undefined behind the last one. */
  readonly nextOf: (page: Page) => string | undefined;
  readonly fetch: (address: string) => Promise<Page>;
};

/**
 * Gives a page and all behind it.
 * @throws UnexpectedAnswerError the org gives an address twice: the pages would never end
 */
export async function* followPages<Page>(
  first: Page,
  { nextOf, fetch }: Follow<Page>,
): AsyncGenerator<Page, void, undefined> {
  const followed = new Set<string>();
  for (let page = first; ;) {
    yield page;
    const next = nextOf(page);
    if (next === undefined) return;
    if (followed.has(next)) throw new UnexpectedAnswerError(`The org returned the page ${next} twice.`);
    followed.add(next);
    page = await fetch(next);
  }
}
