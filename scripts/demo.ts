// Shows the plugin at work: starts the local org, upserts real data, reads it back, and says where everything is.
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { join, relative } from 'node:path';
import { parse } from 'csv-parse/sync';
import { loginTo, spawnOrg } from '../local-org/index.ts';
import { print, printCommand, say } from './print.ts';

type Row = Readonly<Record<string, string>>;

const root = join(import.meta.dirname, '..');
const folder = join(root, '.demo');
const source = 'examples/airports.csv';

rmSync(folder, { recursive: true, force: true });
mkdirSync(join(folder, 'home'), { recursive: true, mode: 0o700 });
{
  await using org = await spawnOrg({ tls: true });
  const env = { ...process.env, ...(await loginTo(org, join(folder, 'home'))) };
  say(`A local org is running at ${org.url}, with a login of its own under .demo/home.`);

  say('Upsert 3,376 airports (U.S. government data, see examples/README.md) as accounts:');
  sf(env, ['upsert', '--file', source, '--sobject', 'Account', '--results-dir', '.demo/results']);

  say('The same once more, for a script: nothing is created twice.');
  sf(env, ['upsert', '--file', source, '--sobject', 'Account', '--results-dir', '.demo/results', '--json']);

  say('Query them back into a file:');
  const soql =
    'SELECT Iata_Code__c, Name, BillingCity, BillingState, BillingCountry, Latitude__c, Longitude__c FROM Account WHERE Iata_Code__c != null ORDER BY Iata_Code__c';
  sf(env, ['query', '--query', soql, '--output-file', '.demo/airports.csv']);

  say('A table for people:');
  const few =
    "SELECT Iata_Code__c, Name, BillingCity FROM Account WHERE BillingState = 'HI' ORDER BY Iata_Code__c LIMIT 5";
  sf(env, ['query', '--query', few, '--result-format', 'human']);

  say('And JSON for scripts:');
  sf(env, ['query', '--query', few, '--json']);

  compare();
  whereThingsAre();
}

function sf(env: NodeJS.ProcessEnv, args: readonly string[]): void {
  printCommand(args);
  const { status } = spawnSync(process.execPath, [join(root, 'bin/run.js'), 'bulk2', ...args], {
    cwd: root,
    env,
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  if (status !== 0) throw new Error(`sf bulk2 ${args[0]} ended with exit code ${status}.`);
}

/** Every value that went up has come back; numbers are compared as numbers. */
function compare(): void {
  const read = (path: string): Row[] => parse<Row>(readFileSync(join(root, path)), { columns: true });
  const normal = (row: Row): string =>
    JSON.stringify(
      Object.entries(row).map(([name, value]) =>
        name.endsWith('tude__c') ? Number(value).toFixed(6) : value,
      ),
    );
  const sent = read(source).map(normal).sort();
  const received = read('.demo/airports.csv').map(normal).sort();
  if (sent.length !== received.length || sent.some((row, index) => row !== received[index])) {
    throw new Error('What came back is not what was sent.');
  }
  say(`All ${sent.length.toLocaleString('en-US')} records came back with every value equal.`);
}

function whereThingsAre(): void {
  console.log('Result files, one set for each load:');
  for (const name of readdirSync(join(folder, 'results')))
    console.log(`  ${relative(root, join(folder, 'results', name))}`);
  console.log(`The export:\n  .demo/airports.csv\n`);
  print(
    'Try any command yourself, the stock "sf data" ones included, against an org that keeps running: npm run org',
  );
}
