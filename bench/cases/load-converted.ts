import { writeFile } from 'node:fs/promises';
import type { Benchmark } from '../benchmark.ts';
import { loadHelp, loadHelpName } from '../loads.ts';

const rows = 600_000;

/** 60 MB: three columns that are converted, and one that is not. */
function accounts(): string {
  let text = 'Name,AnnualRevenue,NumberOfEmployees,SLAExpirationDate__c,Description\n';
  for (let row = 0; row < rows; row += 1) {
    const day = String(1 + (row % 28)).padStart(2, '0');
    const number = `${1 + (row % 900)}.${String(row % 1000).padStart(3, '0')}`;
    text += `Account ${row},"${number},50 €",${number},${day}.${String(1 + (row % 12)).padStart(2, '0')}.2026,${'x'.repeat(50)}\n`;
  }
  return text;
}

export default {
  title:
    'A dry run of 60 MB, three columns of which are converted, beside one that takes the values as they are',
  org: {},
  rounds: 3,
  // 60 MB/s.
  bars: [{ of: 'converted', figure: 'CPU', most: 61 / 60, above: loadHelpName }],
  prepare: async (stage) => {
    const text = accounts();
    await writeFile(stage.file('place.csv'), text);
    const plain = text.replaceAll(
      /"(\d+)\.(\d+),50 €",(\d+)\.(\d+),(\d\d)\.(\d\d)\.2026/g,
      '$1$2.50,$3$4,2026-$6-$5',
    );
    await writeFile(stage.file('plain.csv'), plain);
    const args = ['bulk2', 'insert', '--sobject', 'Account', '--dry-run', '--file'];
    const formats = ['--date-format', 'dd.MM.yyyy', '--decimal-separator', ',', '--ignore-number-signs'];
    return [
      { name: 'converted', command: stage.sf([...args, 'place.csv', ...formats]) },
      { name: 'as they are', command: stage.sf([...args, 'plain.csv']) },
      loadHelp(stage),
    ];
  },
} satisfies Benchmark;
