import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { failureOf } from '../../support/failure-of.ts';
import { scanFile } from './scanned.ts';

const folder = dirname(createRequire(import.meta.url).resolve('csv-spectrum'));
const names = readdirSync(join(folder, 'csvs')).map((file) => file.replace('.csv', ''));
/** It has quotes in values that are not quoted, which the service refuses as a whole. */
const unsound = 'location_coordinates';

describe('the files of csv-spectrum', () => {
  it.each(names.filter((name) => name !== unsound))(
    'reads %s to the values csv-spectrum gives',
    async (name) => {
      const { scan, rows } = await scanFile(join(folder, 'csvs', `${name}.csv`));
      const records = rows.map((row) =>
        Object.fromEntries(row.map((value, index) => [scan.columns[index] ?? '', value])),
      );
      expect(records).toEqual(JSON.parse(readFileSync(join(folder, 'json', `${name}.json`), 'utf8')));
    },
  );

  it(`refuses ${unsound}, naming row and column`, async () => {
    const error = await failureOf(scanFile(join(folder, 'csvs', `${unsound}.csv`)));
    expect(error).toMatchObject({
      problems: [{ code: 'UNESCAPED_QUOTE', row: 1, column: 'Location Coordinates' }],
    });
  });
});
