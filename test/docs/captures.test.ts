import stringWidth from 'string-width';
import { expect, test } from 'vitest';
import { openBench } from '../support/bulk2.ts';
import { codeBlocks, pageText } from '../support/docs-page.ts';

const page = pageText('docs/captures.md');
const blocksAfter = (words: string): string[] => codeBlocks(page.slice(page.indexOf(words)), 'text');
const widest = (block = ''): number => Math.max(...block.split('\n').map((line) => stringWidth(line)));

test.each([120, 80, 40])('the page of captures shows progress within %i columns', (columns) => {
  const [progress] = blocksAfter(`On ${columns} columns, half way`);
  expect(progress).toMatch(/^Processed .*\d\d%  [\d,]+(?: of 40,000)? rows$/m);
  expect(progress).toMatch(/^\d+ s elapsed · about \d+ s left/m);
  expect(widest(progress)).toBeLessThanOrEqual(columns);
});

test.each([120, 80, 40])(
  'the page of captures shows a table within %i columns, with whole ids',
  (columns) => {
    const [table] = blocksAfter(`\`sf bulk2 job list\` on ${columns} columns`);
    expect(table).toMatch(/^750\w{15} /m);
    expect(widest(table)).toBeLessThanOrEqual(columns);
  },
);

test('the page of captures shows the help as it is', async () => {
  await using bench = await openBench();
  const { stdout } = await bench.run('job', 'status', '--help');
  const words = (text = ''): string =>
    text
      .replaceAll(/\[default: .*?\]/gs, '')
      .replaceAll(/[\s\\]+/g, ' ')
      .trim();
  expect(words(blocksAfter('## Help')[0])).toBe(words(stdout));
});
