import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Benchmark } from '../benchmark.ts';
import { countRecords } from '../count-records.ts';
import { measure } from '../measure.ts';
import type { Stage } from '../stage.ts';

const sizes = [200, 200_000];

export default {
  title: 'Records deleted by a query: 200 by SObject Collections, 200,000 by a job',
  org: {},
  rounds: 1,
  isLong: true,
  prepare: async (stage) => {
    for (const tool of ['ours', 'jsforce']) {
      for (const rows of sizes) await insert(stage, `${tool}-${rows}`, rows);
    }
    const script = join(import.meta.dirname, '..', 'peers', 'jsforce-destroy.mjs');
    const { url, accessToken } = stage.org;
    return sizes.flatMap((rows) => [
      {
        name: `sf bulk2 delete, ${rows.toLocaleString('en')} records`,
        command: stage.sf([
          'bulk2',
          'delete',
          '-s',
          'Account',
          '--where',
          `Site = 'ours-${rows}'`,
          '--no-prompt',
          '--results-dir',
          '.',
        ]),
        check: leaves(stage, `ours-${rows}`),
      },
      {
        name: `jsforce, ${rows.toLocaleString('en')} records`,
        command: stage.program(
          process.execPath,
          [script, url, accessToken, `jsforce-${rows}`],
          stage.sf([]).env,
        ),
        check: leaves(stage, `jsforce-${rows}`),
        isPeer: true,
      },
    ]);
  },
} satisfies Benchmark;

async function insert(stage: Stage, site: string, rows: number): Promise<void> {
  const text = Array.from({ length: rows }, (_, row) => `Account ${row},${site}\n`).join('');
  await writeFile(stage.file(`${site}.csv`), `Name,Site\n${text}`);
  const args = ['bulk2', 'insert', '--file', `${site}.csv`, '--sobject', 'Account', '--results-dir', '.'];
  await measure(stage.sf(args));
}

/** Nothing that was to be deleted is there any more. */
function leaves({ org }: Stage, site: string): () => Promise<string | undefined> {
  return async () => {
    const totalSize = await countRecords(org, 'Account', `Site = '${site}'`);
    return totalSize === 0 ? undefined : `${totalSize} records left`;
  };
}
