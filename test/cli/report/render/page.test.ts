import { describe, expect, test } from 'vitest';
import { renderPage } from '../../../../src/cli/report/render/page.js';
import { errorGroup, samplePage } from '../page-sample.ts';

/** The names of the tags and of their attributes, in their order: what a browser would build from. */
function structure(html: string): string[] {
  return [...html.matchAll(/<(\/?[a-z!][^\s>]*)([^>]*)>/gi)].map(([, name = '', rest = '']) => {
    const attributes = [...rest.matchAll(/([\w-]+)="[^"]*"/g)].map(([, attribute]) => attribute);
    return [name, ...attributes].join(' ');
  });
}

describe('hostile values', () => {
  const attacks = [
    `<script>alert(1)</script>`,
    `"><img src=x onerror=alert(1)>`,
    `' onmouseover='alert(1)`,
    `</style></title></code><iframe src="https://evil.example">`,
    `<!--`,
    `]]>&lt;script&gt;`,
    `\u202e\u0000<svg/onload=alert(1)>`,
  ];
  test.each(attacks)('%j in every text leaves the page as it would be with plain text', (attack) => {
    const page = renderPage(samplePage({}, (text) => `${text}${attack}`));
    expect(structure(page)).toEqual(structure(renderPage(samplePage({}, (text) => `${text}plain`))));
    expect(page).not.toContain(attack);
  });

  test.each(['javascript:alert(1)//', 'data:text/html,x', ' javascript:alert(1)//', '//evil.example'])(
    'an org that names %j as its address gets no link',
    (instanceUrl) => {
      const org = { instanceUrl, apiVersion: '60.0' };
      const page = renderPage(samplePage({ org }));
      expect(page).not.toContain('href=');
      expect(page).toContain('<code>750</code>');
    },
  );

  test('nothing in the page can run, and nothing is fetched for it', () => {
    const page = renderPage(samplePage());
    expect(page).toContain(`content="default-src &#39;none&#39;; style-src &#39;unsafe-inline&#39;`);
    expect(page).not.toMatch(/<script|<link|<img|<iframe|\ssrc=|\son\w+=|@import|url\(/i);
    const links = [...page.matchAll(/<(\S+)[^>]*\shref="([^"]*)"/g)].map(([, tag, href]) => [tag, href]);
    const setup = 'https://org.example/lightning/setup/AsyncApiJobStatus/page?address=%2F750';
    expect(links, 'what a person can follow').toEqual([['a', setup]]);
  });
});

describe('counts', () => {
  test('rows that add up are said to be accounted for', () => {
    expect(renderPage(samplePage())).toContain('7 + 2 + 1 = 10: every row is accounted for.');
  });

  test('rows that do not add up are said to be missing', () => {
    const counts = { input: 1_000, successful: 7, failed: 2, unprocessed: 1, areFinal: true };
    expect(renderPage(samplePage({ counts }))).toContain('7 + 2 + 1 is not 1,000');
  });

  test('while the org is at work no row is called unprocessed', () => {
    const counts = { input: 10, successful: 7, failed: 2, unprocessed: 1, areFinal: false };
    const page = renderPage(samplePage({ counts, files: undefined }));
    expect(page).toContain('Not accounted for yet');
    expect(page).not.toContain('Unprocessed');
  });
});

describe('errors', () => {
  test('without failures the page says so', () => {
    const counts = { input: 10, successful: 10, failed: 0, unprocessed: 0, areFinal: true };
    expect(renderPage(samplePage({ counts, errors: [] }))).toContain('No row has failed.');
  });

  test('failures whose results are not collected are told by their number', () => {
    const counts = { input: 10, successful: 0, failed: 4, unprocessed: 6, areFinal: false };
    expect(renderPage(samplePage({ counts, errors: [] }))).toContain('4 rows failed.');
  });

  test('each of many groups is there, in the order given, with its place and its values', () => {
    const errors = Array.from({ length: 101 }, (_, index) => {
      const sample = {
        message: 'm',
        file: 'a.csv',
        row: index + 1,
        values: { Name: `Name ${index}`, Empty: '' },
      };
      return errorGroup({ code: `CODE_${index}_`, count: 5_000 - index, sample });
    });
    const page = renderPage(samplePage({ errors }));
    const codes = [...page.matchAll(/CODE_(\d+)_/g)].map(([, index]) => Number(index));
    expect(codes).toEqual(errors.map((_, index) => index));
    expect(page).toContain('5,000');
    expect(page).toContain('a.csv, row 101');
    expect(page).toContain('Name 100');
    expect(page).not.toContain('Empty');
  });

  test('a field that the error is about is among the values of the row when it is empty, in any spelling', () => {
    const values = { name: '', Site: 'x', Empty: '' };
    const fields = ['Name'];
    const group = errorGroup({ fields, sample: { message: 'm', file: 'a.csv', row: 7, values } });
    const page = renderPage(samplePage({ errors: [group] }));
    expect(page).toMatch(/<dt>name<\/dt>\s*<dd><span class="quiet">\(empty\)<\/span><\/dd>/);
    expect(page).not.toContain('Empty');
  });
});

test.each([
  ['succeeded', 'good', 'Every row succeeded'],
  ['someFailed', 'mixed', 'Completed with errors'],
  ['noneSucceeded', 'bad', 'No row succeeded'],
  ['failed', 'bad', 'Failed'],
] as const)('the outcome %s is told in the colour %s', (outcome, mood, text) => {
  expect(renderPage(samplePage({ outcome }))).toContain(`<p class="outcome ${mood}">${text}</p>`);
});

test('of more jobs than a page can take the rest is counted', () => {
  const jobs = Array.from({ length: 1_234 }, (_, index) => ({ id: `750-${index}.`, isRetry: false }));
  const page = renderPage(samplePage({ jobs }));
  expect(page).toContain('750-499.');
  expect(page).not.toContain('750-500.');
  expect(page).toContain('and 734 more');
});

test('times are in UTC, the time taken is in words, and what is no time is shown as it is', () => {
  const page = renderPage(samplePage({ jobs: [{ id: '750', createdAt: 'yesterday', isRetry: false }] }));
  expect(page.replaceAll(/<\/?span[^>]*>/g, '')).toContain('2026-01-31 08:03:20 UTC');
  expect(page).toContain('3 min 20 s');
  expect(page).toContain('yesterday');
});

test('what a page has nothing of has no heading', () => {
  const none = { problems: [], jobs: [], inputs: [], warnings: [], nextSteps: [], errors: [] };
  const page = renderPage(samplePage({ ...none, counts: undefined, failure: undefined, files: undefined }));
  expect(page.match(/<h2/g)).toBeNull();
  expect(page).toContain('<h1>Upsert of Account</h1>');
});

test('every table has a caption, every column and row a header, and every section its heading', () => {
  const page = renderPage(samplePage());
  const count = (text: string): number => page.split(text).length - 1;
  expect(count('<caption')).toBe(count('<table'));
  expect(count('scope="row"')).toBe(count('<tr ') - count('<thead '));
  for (const [, id = ''] of page.matchAll(/aria-labelledby="([^"]*)"/g)) expect(count(` id="${id}"`)).toBe(1);
  expect(page).toMatch(/^<!doctype html>\n<html lang="en">/);
});

test('every value of a table has the title of its column with it, for where there is no room for a header', () => {
  const tables = renderPage(samplePage()).split('<table ').slice(1);
  expect(tables.length).toBeGreaterThan(3);
  for (const table of tables) {
    const all = (pattern: RegExp): string[] => [...table.matchAll(pattern)].map(([, text = '']) => text);
    const titles = all(/<th role="columnheader"[^>]*>([^<]*)</g);
    const rows = table.split('<tr ').slice(2);
    expect(rows.length).toBeGreaterThan(0);
    expect(all(/ data-title="([^"]*)"/g)).toEqual(rows.flatMap(() => titles));
  }
});

test('a table says that it is one where the style shows its rows as blocks', () => {
  const page = renderPage(samplePage());
  const roles = { table: 'table', thead: 'rowgroup', tbody: 'rowgroup', tr: 'row', td: 'cell' };
  for (const [tag, role] of Object.entries(roles)) {
    const tags = page.match(new RegExp(`<${tag}[ >][^>]*`, 'g')) ?? [];
    expect(tags.length).toBeGreaterThan(0);
    for (const each of tags) expect(each).toContain(` role="${role}"`);
  }
});
