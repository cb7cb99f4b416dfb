import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect } from 'vitest';
import { openChromium, systemChromium } from '../../../../scripts/pictures/browser.ts';
import { renderPage } from '../../../../src/cli/report/render/page.js';
import { longReport } from '../../../support/report-sample.ts';
import { salesGraph } from '../../../support/graph-sample.ts';
import { needing } from '../../../support/systems.ts';
import { samplePage } from '../page-sample.ts';

/** Functions that run in the page, which is why they are read as text. */
const layout = readFileSync(join(import.meta.dirname, '../../../support/page-layout.mjs'), 'utf8');

const inBrowser = needing('Chromium or Chrome');

type View = { width: number; media: 'screen' | 'print'; colorScheme: 'light' | 'dark' };
const phone: View = { width: 390, media: 'screen', colorScheme: 'light' };
const desk: View = { width: 1280, media: 'screen', colorScheme: 'light' };
const views: ReadonlyArray<readonly [string, View]> = [
  ['on a phone', phone],
  ['on a tablet', { ...phone, width: 768 }],
  ['on a desk', desk],
  ['on a phone in the dark', { ...phone, colorScheme: 'dark' }],
  ['on a desk in the dark', { ...desk, colorScheme: 'dark' }],
  // A4 and Letter, without margins of 1 cm.
  ['on paper of A4', { width: 718, media: 'print', colorScheme: 'light' }],
  ['on paper of Letter', { width: 740, media: 'print', colorScheme: 'light' }],
];

describe('the report in a browser', () => {
  let browser: Browser | undefined;
  let page: Page;
  beforeAll(async () => {
    if (systemChromium() === undefined) return;
    browser = await openChromium();
    page = await browser.newPage();
  });
  afterAll(() => browser?.close());

  async function show(html: string, { width, ...media }: View): Promise<void> {
    await page.setViewportSize({ width, height: 900 });
    await page.emulateMedia(media);
    await page.setContent(html);
  }

  const inPage = (code: string): Promise<unknown> => page.evaluate(`(() => { ${layout} return ${code}; })()`);

  inBrowser.each(views)('has no element wider than the page %s', async (_, view) => {
    await show(longReport(), view);
    await inPage('openDetails()');
    expect(await inPage('outsideOfPage()')).toEqual([]);
  });

  inBrowser.each(views)('has no word broken into letters %s', async (_, view) => {
    await show(longReport(), view);
    expect(await inPage('brokenWords()')).toEqual([]);
  });

  inBrowser.each(views)('has text that stands out against its ground %s', async (_, view) => {
    await show(longReport(), view);
    expect(await inPage('faintTexts()')).toEqual([]);
  });

  inBrowser('says on a phone what each value is, since titles of columns are not seen there', async () => {
    await show(renderPage(samplePage()), phone);
    const title =
      "titleBefore([...document.querySelectorAll('td')].find((cell) => cell.innerText === '1.2 kB'))";
    expect(await inPage(title)).toMatch(/^"Size"/);
    await show(renderPage(samplePage()), desk);
    expect(await inPage(title)).toBe('none');
  });

  inBrowser.each([phone, desk])('is read out as headings, facts and tables: %j', async (view) => {
    await show(renderPage(samplePage()), view);
    const tree = await page.locator('body').ariaSnapshot();
    expect(tree.match(/^ *- heading .*$/gm)?.map((line) => line.trim())).toEqual([
      '- heading "Upsert of Account" [level=1]',
      ...[
        'Rows',
        'What went wrong',
        'What is wrong with the input',
        'What to do next',
        'Errors',
        'Warnings',
        'Jobs',
        'Input',
        'Result files',
      ].map((name) => `- heading "${name}" [level=2]`),
    ]);
    for (const line of [
      '- term: In the input\n    - definition: "10"',
      '- table "Jobs":',
      '- columnheader "Org retries"',
      '- link "750":',
      '- rowheader "a.csv"',
      '- cell "1.2 kB"',
    ]) {
      expect(tree).toContain(line);
    }
    expect(tree.match(/^ *- region "Errors"/gm), 'a section is announced once').toHaveLength(1);
  });

  inBrowser('shows the values of failed rows on paper, where nobody can open them', async () => {
    const values = page.getByRole('definition').filter({ hasText: /^Ada$/ });
    await show(renderPage(samplePage()), desk);
    expect(await values.isVisible()).toBe(false);
    await show(renderPage(samplePage()), { ...desk, media: 'print' });
    expect((await values.boundingBox())?.height).toBeGreaterThan(0);
  });

  inBrowser.each([...views, ['on a small laptop', { ...desk, width: 1024 }] as const])(
    'has the names and counts of a copy within their boxes, and readable, %s',
    async (_, view) => {
      const facts = { steps: [], errors: [], graph: salesGraph, missingOwners: [], files: [] };
      await show(renderPage(samplePage({ operation: 'copy', copy: facts })), view);
      expect(await inPage('outsideOfBoxes()')).toEqual([]);
      // On paper it fits, and nobody can scroll.
      const scale = await inPage("document.querySelector('svg').getScreenCTM().a");
      expect(scale).toBeGreaterThan(view.media === 'print' ? 0.5 : 0.79);
    },
  );

  inBrowser('has the title, and asks nobody for anything', async () => {
    const asked: string[] = [];
    page.on('request', (request) => asked.push(request.url()));
    await show(longReport(), desk);
    expect(await page.title()).toBe('Upsert of Account: Completed with errors');
    expect(asked).toEqual([]);
  });
});
