import type { ApiRequest } from '../../src/lib/api/port.js';
import { json, notFound, type Reply } from './reply.ts';

export type PagesShape =
  | 'documented'
  | 'chunks'
  | 'missing'
  | 'of another chain'
  | 'one page short'
  | 'astray in its second part'
  | 'the same part again'
  | 'too long';

const linksPerCall = 5;

/** One finished query job, whose result is `pages`; each page's locator is `to-N`. */
export class FakeQueryJobs {
  readonly id = '750000000000900AAA';
  header = '"Id","Name"';
  /** Bodies of the pages, without their header lines. */
  pages: string[] = [''];
  /** How `resultPages` answers. */
  shape: PagesShape = 'documented';

  answer({ method }: ApiRequest, [id, resource]: string[], query: URLSearchParams): Reply {
    if (method !== 'GET' || id?.slice(0, 15) !== this.id.slice(0, 15)) return notFound;
    if (resource === 'results') return this.#page(query);
    if (resource?.toLowerCase() === 'resultpages') return this.#links(query);
    return notFound;
  }

  #page(query: URLSearchParams): Reply {
    const index = pageAt(query);
    const rows = this.pages[index];
    if (rows === undefined) return notFound;
    return {
      status: 200,
      headers: {
        'sforce-locator': index + 1 < this.pages.length ? locatorOf(index + 1) : 'null',
        'sforce-numberofrecords': String(rows.match(/\n(?="|$)/g)?.length ?? 0),
      },
      body: `${this.header}\n${rows}`,
    };
  }

  #links(query: URLSearchParams): Reply {
    if (this.shape === 'missing') return notFound;
    const base = `/services/data/v60.0/jobs/query/${this.id}`;
    const prefix = this.shape === 'of another chain' ? 'other-' : '';
    const links = this.pages.map(
      (_, index) => `${base}/results${index === 0 ? '' : `?locator=${prefix}${locatorOf(index)}`}`,
    );
    if (this.shape === 'one page short') links.pop();
    if (this.shape === 'too long') links.push(`${base}/results?locator=to-beyond`);
    const from = this.shape === 'the same part again' ? 0 : pageAt(query);
    const isAstray = this.shape === 'astray in its second part' && from > 0;
    const part = links
      .slice(from, from + linksPerCall)
      .map((link) => (isAstray ? link.replace('locator=', 'locator=other-') : link));
    const done = from + linksPerCall >= links.length;
    const nextRecordsUrl = done ? null : `${base}/resultpages?locator=${locatorOf(from + linksPerCall)}`;
    if (this.shape === 'chunks') {
      return json(200, { resultChunks: part.map((resultLink) => ({ resultLink })), nextRecordsUrl, done });
    }
    return json(200, { resultPages: part.map((resultUrl) => ({ resultUrl })), nextRecordsUrl, done });
  }
}

function locatorOf(page: number): string {
  return `to-${page}`;
}

function pageAt(query: URLSearchParams): number {
  return Number(query.get('locator')?.replace('to-', '') ?? 0);
}
