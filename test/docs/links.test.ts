import { existsSync, globSync } from 'node:fs';
import { dirname, join, posix } from 'node:path';
import { expect, test } from 'vitest';
import { pageText } from '../support/docs-page.ts';

const root = join(import.meta.dirname, '..', '..');
const pages = ['*.md', 'docs/*.md', 'examples/*.md', 'bench/*.md', 'local-org/*.md', 'src/lib/*.md']
  .flatMap((pattern) => globSync(pattern, { cwd: root }))
  .map((path) => path.replaceAll('\\', '/'));

/** Where the relative links of a page lead, outside of code. */
function linksOf(page: string): string[] {
  const text = pageText(page)
    .replaceAll(/^```.*?^```$/gms, '')
    .replaceAll(/`[^`\n]*`/g, '');
  return [...text.matchAll(/\]\(([^)\s]+)\)/g)]
    .map(([, target = '']) => target)
    .filter((target) => !/^[a-z]+:/.test(target));
}

/** The anchors of a page's headings, as GitHub makes them. */
function anchorsOf(page: string): string[] {
  const text = pageText(page).replaceAll(/^```.*?^```$/gms, '');
  return [...text.matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
      .trim()
      .replaceAll(' ', '-'),
  );
}

test.each(pages)('every relative link of %s leads to a file, and to a heading of it', (page) => {
  const broken = linksOf(page).filter((link) => {
    const [path = '', anchor] = link.split('#');
    const target = path === '' ? page : posix.join(dirname(page), path);
    if (!existsSync(join(root, target))) return true;
    return anchor !== undefined && !anchorsOf(target).includes(anchor);
  });
  expect(broken).toEqual([]);
});

test('docs/README.md leads to every page in docs, and README to it', () => {
  const linked = linksOf('docs/README.md').map((link) => `docs/${link.split('#')[0]}`);
  const lost = pages.filter((page) => page.startsWith('docs/') && page !== 'docs/README.md');
  expect(lost.filter((page) => !linked.includes(page))).toEqual([]);
  expect(linksOf('README.md')).toContain('docs/README.md');
});
