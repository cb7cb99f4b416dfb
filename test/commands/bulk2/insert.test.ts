import { spawn } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { parse } from 'csv-parse/sync';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { LoadReport } from '../../../src/cli/load/load-report.js';
import { openBench, type Bench } from '../../support/bulk2.ts';

type Answer = { warnings?: string[]; status: number; message: string; result: LoadReport };

const script = join(import.meta.dirname, '../../../bin/run.js');
/** Name, city, employees: with what CSV has to quote. */
const rows = [
  ['Acme, Inc.', 'Köln', '12'],
  ['Two\nlines', '', '0'],
  ['A "quoted" name', '東京', ''],
  ['Plain', 'Rome', '4000'],
];

let bench: Bench;
beforeAll(async () => {
  bench = await openBench();
});
afterAll(async () => {
  await bench[Symbol.asyncDispose]();
});

const cell = (value: string): string => (/[",\n]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value);

/** The rows as CSV; `mark` is in each, so that what one load brought is known again. */
function csvOf(mark: string, some = rows): string {
  const lines = some.map((row) => [...row, mark].map(cell).join(','));
  return `${['Name,BillingCity,NumberOfEmployees,Site', ...lines].join('\n')}\n`;
}

const recordsOf = (mark: string) =>
  rows.map(([Name, city, employees]) => ({
    Name,
    BillingCity: city === '' ? null : city,
    NumberOfEmployees: employees === '' ? null : Number(employees),
    Site: mark,
  }));

async function stored(mark: string): Promise<unknown[][]> {
  const records = (await bench.org.records('Account')).filter(({ Site }) => Site === mark);
  return records
    .map(({ Name, BillingCity, NumberOfEmployees }) => [
      Name,
      BillingCity ?? '',
      typeof NumberOfEmployees === 'number' ? String(NumberOfEmployees) : '',
    ])
    .sort();
}

const insert = (...args: string[]) => bench.runJson<Answer>('insert', '--sobject', 'Account', ...args);

describe('the same rows arrive', () => {
  const shapes: Array<[string, (mark: string) => Promise<string[]>]> = [
    ['from one file', (mark) => save('one.csv', csvOf(mark))],
    [
      'from several files',
      async (mark) => [
        ...(await save('first.csv', csvOf(mark, rows.slice(0, 1)))),
        ...(await save('second.csv', csvOf(mark, rows.slice(1)))),
      ],
    ],
    [
      'from all files of a pattern',
      async (mark) => {
        await mkdir(bench.file('parts'), { recursive: true });
        await save('parts/1.csv', csvOf(mark, rows.slice(0, 2)));
        await save('parts/2.csv', csvOf(mark, rows.slice(2)));
        return ['--file', 'parts/*.csv'];
      },
    ],
    ['from a compressed file', (mark) => save('one.csv.gz', gzipSync(csvOf(mark)))],
    ['from a JSON array', (mark) => save('all.json', JSON.stringify(recordsOf(mark)))],
    [
      'from JSON lines',
      (mark) =>
        save(
          'all.ndjson',
          recordsOf(mark)
            .map((record) => JSON.stringify(record))
            .join('\n'),
        ),
    ],
    [
      'with a delimiter that the service does not know',
      async (mark) => {
        const quoted = [
          ['Name', 'BillingCity', 'NumberOfEmployees', 'Site'],
          ...rows.map((row) => [...row, mark]),
        ];
        const text = quoted
          .map((row) => row.map((each) => `"${each.replaceAll('"', '""')}"`).join(':'))
          .join('\n');
        return [...(await save('colons.csv', text)), '--column-delimiter', ':'];
      },
    ],
    [
      'in jobs of one row each',
      async (mark) => [...(await save('one.csv', csvOf(mark))), '--max-rows-per-job', '1'],
    ],
  ];
  test.each(shapes)('%s', async (mark, prepare) => {
    const { code, answer } = await insert(...(await prepare(mark)));
    expect(code, JSON.stringify(answer)).toBe(0);
    expect(answer.result).toMatchObject({ successfulRecords: 4, failedRecords: 0, unprocessedRecords: 0 });
    expect(await stored(mark)).toEqual([...rows].sort());
    const saved = parse<{ Name: string }>(await readFile(answer.result.successFilePath ?? ''), {
      columns: true,
    });
    expect(saved.map(({ Name }) => Name).sort()).toEqual(rows.map(([name]) => name).sort());
  });

  test('from standard input', async () => {
    const args = [script, 'bulk2', 'insert', '--sobject', 'Account', '--file', '-', '--json'];
    const child = spawn(process.execPath, args, { env: bench.env, cwd: bench.folder });
    child.stdin.end(csvOf('pipe'));
    let text = '';
    for await (const chunk of child.stdout) text += String(chunk);
    expect(JSON.parse(text)).toMatchObject({ status: 0, result: { successfulRecords: 4 } });
    expect(await stored('pipe')).toEqual([...rows].sort());
  });

  test('from a Parquet file that was exported', async () => {
    await insert(...(await save('one.csv', csvOf('parquet'))));
    const soql = "SELECT Name, BillingCity, NumberOfEmployees, Site FROM Account WHERE Site = 'parquet'";
    const exported = await bench.run('query', '-q', soql, '-r', 'parquet', '--output-file', 'all.parquet');
    expect(exported.code, exported.stderr).toBe(0);
    const { code, answer } = await insert('--file', 'all.parquet');
    expect(code, JSON.stringify(answer)).toBe(0);
    expect(await stored('parquet')).toEqual([...rows, ...rows].sort());
  });
});

async function save(name: string, content: string | Buffer): Promise<string[]> {
  await writeFile(bench.file(name), content);
  return ['--file', name];
}

describe('how columns and values become fields', () => {
  test('nested objects are relationships, null clears a field', async () => {
    const parents = 'Name,External_Id__c\nParent,parent-1\n';
    await insert(...(await save('parent.csv', parents)));
    const contacts = [{ LastName: 'Child', Email: null, Account: { External_Id__c: 'parent-1' } }];
    const input = await save('nested.json', JSON.stringify(contacts));
    const { code, answer } = await bench.runJson<Answer>('insert', '--sobject', 'Contact', ...input);
    expect(code, JSON.stringify(answer)).toBe(0);
    const [contact] = await bench.org.records('Contact');
    const parent = (await bench.org.records('Account')).find((each) => each.External_Id__c === 'parent-1');
    expect(contact).toMatchObject({ LastName: 'Child', AccountId: parent?.Id });
    const { content } = await bench.org.job(answer.result.jobId ?? '');
    expect(await readFile(content?.path ?? '', 'utf8')).toContain('#N/A');
  });

  test('--map renames a column, and --ignore-unknown-columns leaves out what is no field', async () => {
    const input = await save('mapped.csv', 'Company,Site,Shoe Size\nMapped,map,46\n');
    const refused = await insert(...input, '--map', 'Company=Name');
    expect([refused.code, refused.answer.message]).toEqual([2, expect.stringContaining('Shoe Size')]);
    const { code, answer } = await insert(...input, '--map', 'Company=Name', '--ignore-unknown-columns');
    expect(code, JSON.stringify(answer)).toBe(0);
    expect(await stored('map')).toEqual([['Mapped', '', '']]);
  });

  test('an export of all fields is loaded back in one go, and what is not sent is told', async () => {
    const site = 'backup';
    await insert(...(await save('first.csv', `Name,Site\nFirst,${site}\n`)));
    const where = ['--where', `Site = '${site}'`];
    await bench.run('query', '--sobject', 'Account', '--all-fields', ...where, '--output-file', 'backup.csv');
    const { code, answer } = await insert('--file', 'backup.csv', '--ignore-read-only-columns');
    expect(code, JSON.stringify(answer)).toBe(0);
    expect(answer.warnings?.join()).toMatch(/can't be set on new records are not sent: Id, .*CreatedDate/);
    expect((await stored(site)).map(([name]) => name)).toEqual(['First', 'First']);
  });

  test('--map-by-label finds fields by their labels, and tells which', async () => {
    const input = await save('labels.csv', 'Account Name,Account Site\nLabelled,label\n');
    const { code, answer } = await insert(...input, '--map-by-label');
    expect(code, JSON.stringify(answer)).toBe(0);
    expect(answer.warnings).toEqual([
      expect.stringContaining('"Account Name" sets Name, "Account Site" sets Site'),
    ]);
    expect(await stored('label')).toEqual([['Labelled', '', '']]);
  });

  test('values as people of a place write them are shown by a dry run, and sent as the org takes them', async () => {
    const input = await save('place.csv', 'Name;Site;AnnualRevenue\nPlace;place;"1.234.567,0 €"\n');
    const formats = ['--decimal-separator', ',', '--ignore-number-signs'];
    const dry = await insert(...input, ...formats, '--dry-run');
    expect(dry.answer.warnings?.join()).toContain('AnnualRevenue: "1.234.567,0 €" becomes 1234567.0');
    const { code, answer } = await insert(...input, ...formats);
    expect(code, JSON.stringify(answer)).toBe(0);
    const [record] = (await bench.org.records('Account')).filter(({ Site }) => Site === 'place');
    expect(record).toMatchObject({ AnnualRevenue: 1234567 });
  });

  test('--mapping-file may be in UTF-16, as PowerShell writes it; Windows-1252 is refused', async () => {
    const input = await save('utf16.csv', 'Größe,Where\nUTF-16,utf16\n');
    const mapping = 'Größe=Name\r\nWhere=Site\r\n';
    await writeFile(bench.file('utf16.sdl'), Buffer.from(`\ufeff${mapping}`, 'utf16le'));
    const { code, answer } = await insert(...input, '--mapping-file', 'utf16.sdl');
    expect(code, JSON.stringify(answer)).toBe(0);
    expect(await stored('utf16')).toEqual([['UTF-16', '', '']]);
    await writeFile(bench.file('ansi.sdl'), Buffer.from(mapping, 'latin1'));
    const refused = await insert(...input, '--mapping-file', 'ansi.sdl');
    expect([refused.code, refused.answer.message]).toEqual([2, expect.stringContaining('is not UTF-8')]);
    expect(JSON.stringify(refused.answer)).toContain('iconv -f WINDOWS-1252');
  });

  test('--mapping-file is read as Data Loader reads it', async () => {
    const input = await save('sdl.csv', 'Company,Where,Other\nSdl,sdl,x\n');
    await writeFile(bench.file('map.sdl'), '#Mapping values\nCompany=Name\nWhere=Site\n');
    const { code, answer } = await insert(...input, '--mapping-file', 'map.sdl');
    expect(code, JSON.stringify(answer)).toBe(0);
    expect(await stored('sdl')).toEqual([['Sdl', '', '']]);
  });

  test('an empty cell changes nothing, and clears the field with --empty-as-null', async () => {
    await insert(...(await save('city.csv', 'Name,BillingCity,Site,External_Id__c\nA,Bonn,empty,e-1\n')));
    const input = await save('empty.csv', 'External_Id__c,BillingCity\ne-1,\n');
    const upsert = (...more: string[]) =>
      bench.run('upsert', '-s', 'Account', '-i', 'External_Id__c', ...input, ...more);
    expect((await upsert()).code).toBe(0);
    expect(await stored('empty')).toEqual([['A', 'Bonn', '']]);
    expect((await upsert('--empty-as-null')).code).toBe(0);
    expect(await stored('empty')).toEqual([['A', '', '']]);
  });
});

test('--dry-run tells the jobs, rows, bytes and requests, and what is left of today, and sends nothing', async () => {
  const text = csvOf('dry');
  const before = await bench.org.jobs();
  const args = [...(await save('dry.csv', text)), '--dry-run', '--max-rows-per-job', '2'];
  const { code, answer } = await insert(...args);
  expect(code).toBe(0);
  expect(answer.result.plan).toMatchObject({
    jobs: 2,
    rows: 4,
    limits: { DailyBulkApiBatches: { Max: 15_000 } },
  });
  // Each job has the header line.
  expect(answer.result.plan?.bytes).toBe(Buffer.byteLength(text) + text.indexOf('\n') + 1);
  const { stdout } = await bench.run('insert', '--sobject', 'Account', ...args);
  expect(stdout).toMatch(/2 jobs/);
  expect(await bench.org.jobs()).toHaveLength(before.length);
});

test('a delete file may have any columns beside Id, and --hard-delete leaves nothing in the recycle bin', async () => {
  const { answer } = await insert(...(await save('doomed.csv', csvOf('doomed'))));
  const success = answer.result.successFilePath ?? '';
  await writeFile(bench.file('ids.csv'), (await readFile(success, 'utf8')).replace('sf__Id', 'Id'));
  const remove = [
    'delete',
    '--sobject',
    'Account',
    '--file',
    'ids.csv',
    '--hard-delete',
    '--ignore-unknown-columns',
  ];
  const deleted = await bench.runJson<Answer>(...remove);
  expect(deleted.code, JSON.stringify(deleted.answer)).toBe(0);
  expect(deleted.answer.result).toMatchObject({ operation: 'hardDelete', successfulRecords: 4 });
  expect(await stored('doomed')).toEqual([]);
  const bin = await bench.runJson<{ result: { totalSize: number } }>(
    ...['query', '-q', "SELECT Id FROM Account WHERE Site = 'doomed'", '--all-rows'],
  );
  expect(bin.answer.result.totalSize).toBe(0);
});

describe('--compress', () => {
  const large = `Name,Site\n${'Compressed,zip\n'.repeat(200)}`;

  test('sends less where the org takes it', async () => {
    await using modern = await openBench({ quirks: { gzipUploads: true } });
    await writeFile(modern.file('a.csv'), large);
    const args = ['insert', '-s', 'Account', '-f', 'a.csv', '--compress'];
    const { code, answer } = await modern.runJson<Answer>(...args);
    expect(code, JSON.stringify(answer)).toBe(0);
    expect(answer.result.successfulRecords).toBe(200);
    const { bytesInByEndpoint } = await modern.org.counters();
    expect(bytesInByEndpoint['ingest.upload']).toBeLessThan(large.length / 5);
  });

  test('falls back where the org does not, every row once, and remembers it', async () => {
    const input = await save('zip.csv', large);
    for (const round of [1, 2]) {
      const before = (await bench.org.counters()).requests['ingest.upload'] ?? 0;
      const { code, answer } = await insert(...input, '--compress');
      expect(code, JSON.stringify(answer)).toBe(0);
      expect(await stored('zip')).toHaveLength(200 * round);
      const uploads = ((await bench.org.counters()).requests['ingest.upload'] ?? 0) - before;
      expect(uploads).toBe(round === 1 ? 2 : 1);
    }
  });
});
