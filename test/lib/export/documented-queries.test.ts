import { expect, test } from 'vitest';
import { restApi } from '../../../src/lib/api/rest.js';
import { describer } from '../../../src/lib/describe/describe.js';
import { Events } from '../../../src/lib/events.js';
import type { ExportEvents } from '../../../src/lib/export/events.js';
import { prepareQuery } from '../../../src/lib/export/prepare-query.js';
import { runRestExport } from '../../../src/lib/export/rest-export.js';
import { openOutput } from '../../../src/lib/export/sinks/open-output.js';
import { checkSoql } from '../../../src/lib/soql/check.js';
import { documented, mistakes } from '../soql/queries.ts';
import { exportBench } from './export-bench.ts';

test.each(documented)('is exported as a Bulk job, or over REST where it takes that: %s', async (soql) => {
  const bench = await exportBench();
  const { describe, objectNames } = restApi(bench.context.api);
  const describeOf = describer({ describe });
  const { problems } = await checkSoql(soql, { describeOf });
  expect(problems.filter(({ restServes }) => !restServes)).toEqual([]);
  const through = problems.length === 0 ? 'bulk' : 'rest';
  const { shape, unread } = await prepareQuery({ soql }, { describeOf, objectNames, through });
  expect(unread).toBeUndefined();
  const plan = bench.plan({ soql, format: 'json', outputFile: bench.file('records.json') });
  if (through === 'bulk') {
    await bench.run(plan);
  } else {
    const openSink = openOutput({ stream: process.stdout, showTable: () => undefined });
    const options = { events: new Events<ExportEvents>(), openSink, describeOf, shape };
    await runRestExport(plan, options, bench.context);
  }
  expect(JSON.parse((await bench.read('records.json')).toString())).toBeInstanceOf(Array);
});

test('the org refuses what is told as a mistake, too', async () => {
  const { database } = (await exportBench()).org;
  const isRefused = (soql: string): boolean => {
    try {
      database.query({ soql, bulk: false, includeDeleted: false });
      return false;
    } catch (error) {
      return String(error).includes('ERROR at Row');
    }
  };
  expect(mistakes.map(([soql]) => soql).filter((soql) => !isRefused(soql))).toEqual([]);
});
