import { expect, test } from 'vitest';
import { withResults } from '../../bench/page.ts';

const section = (heading: string, distance: string, figure: string) => ({
  heading,
  lines: [
    `Distance to the org: ${distance}. Measured on 2026-01-31.`,
    '',
    '| Time |',
    '| --- |',
    `| ${figure} |`,
  ],
});

test('cases that are run anew get new tables and targets, and the others keep theirs', () => {
  const first = withResults('', '# Benchmarks\n', {
    sections: [
      section('Export', 'no delay', '1 s'),
      section('Export', '40 ms, 10 MB/s', '2 s'),
      section('Load', 'no delay', '3 s'),
    ],
    targets: [
      { title: 'Export', text: 'a | b', isMet: true },
      { title: 'Load', text: 'fast', isMet: false },
    ],
  });
  const second = withResults(first, '# Benchmarks, again\n', {
    sections: [section('Export', '40 ms, 10 MB/s', '9 s'), section('Export', '150 ms', '8 s')],
    targets: [{ title: 'Export', text: 'slow', isMet: false }],
  });
  expect(second.match(/^\| \d s \|$/gm)).toEqual(['| 9 s |', '| 3 s |', '| 8 s |']);
  expect(second).toMatch(/^# Benchmarks, again\n/);
  expect(second.split('## Targets')[1]).toBe(
    '\n\n| Benchmark | Target | Met |\n| --- | --- | --- |\n| Export | slow | **no** |\n| Load | fast | **no** |\n',
  );
  expect(withResults(second, '# Benchmarks, again\n', { sections: [], targets: [] })).toBe(second);
});
