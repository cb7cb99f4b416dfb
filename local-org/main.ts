import { parseArgs } from 'node:util';
import type { OrgOptions } from './options.ts';
import { startOrg } from './start.ts';

const usage = `Starts a local Salesforce org and keeps it until Ctrl-C.

  node local-org/main.ts [options]

  --port N                        port on 127.0.0.1 (default: a free one)
  --schema FILE                   add an object from a describe-shaped JSON file (repeatable)
  --seed FILE                     load records from { "Object": [{…}] } (repeatable)
  --table NAME=ROWS               a generated read-only table of that many rows (repeatable)
  --ingest-mode strict|sink       save every row, or only count them (default: strict)
  --latency-ms N                  round-trip time
  --bandwidth-bytes-per-second N  bandwidth of each connection, each way
  --query-page-rows N             rows of a page of Bulk query results
  --fault JSON                    a fault from the start (repeatable)
  --options JSON                  any other option, as local-org/options.ts has them
  --json                          print what the org says of itself as one line of JSON
  --with-parent                   stop when standard input ends`;

const { values } = parseArgs({
  options: {
    port: { type: 'string' },
    schema: { type: 'string', multiple: true },
    seed: { type: 'string', multiple: true },
    table: { type: 'string', multiple: true },
    'ingest-mode': { type: 'string' },
    'latency-ms': { type: 'string' },
    'bandwidth-bytes-per-second': { type: 'string' },
    'query-page-rows': { type: 'string' },
    fault: { type: 'string', multiple: true },
    options: { type: 'string' },
    json: { type: 'boolean' },
    'with-parent': { type: 'boolean' },
    help: { type: 'boolean' },
  },
});

if (values.help === true) console.log(usage);
else await run();

async function run(): Promise<void> {
  const org = await startOrg(optionsFromFlags());
  const { url, accessToken, refreshToken, orgId, userId, username, apiVersion } = org;
  if (values.json === true) {
    console.log(JSON.stringify({ url, accessToken, refreshToken, orgId, userId, username, apiVersion }));
  } else {
    console.log(`Local org at ${url} (control: ${org.controlUrl})\nAccess token: ${accessToken}`);
  }
  const stop = (): void => void org.stop().then(() => process.exit(0));
  process.once('SIGINT', stop);
  process.once('SIGTERM', stop);
  if (values['with-parent'] === true) process.stdin.once('end', stop).resume();
}

function optionsFromFlags(): OrgOptions {
  const given: Record<string, unknown> = {
    port: number('port'),
    schema: values.schema,
    seed: values.seed,
    tables: values.table && Object.fromEntries(values.table.map(tableSize)),
    ingestMode: values['ingest-mode'],
    latencyMs: number('latency-ms'),
    bandwidthBytesPerSecond: number('bandwidth-bytes-per-second'),
    queryPageRows: number('query-page-rows'),
    faults: values.fault?.map((fault): unknown => JSON.parse(fault)),
    ...(JSON.parse(values.options ?? '{}') as OrgOptions),
  };
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
}

function number(
  name: 'port' | 'latency-ms' | 'bandwidth-bytes-per-second' | 'query-page-rows',
): number | undefined {
  const text = values[name];
  if (text === undefined) return undefined;
  if (!/^\d+$/.test(text)) throw new Error(`--${name} takes a number, not "${text}"`);
  return Number(text);
}

function tableSize(text: string): [string, number] {
  const [name = '', rows = ''] = text.split('=');
  if (name === '' || !/^\d+$/.test(rows)) throw new Error(`--table takes NAME=ROWS, not "${text}"`);
  return [name, Number(rows)];
}
