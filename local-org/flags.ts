import { parseArgs } from 'node:util';
import type { OrgOptions } from './options.ts';

/** The flags that set an org up, for `parseArgs`. */
export const orgFlags = {
  port: { type: 'string' },
  tls: { type: 'boolean' },
  'org-id': { type: 'string' },
  schema: { type: 'string', multiple: true },
  seed: { type: 'string', multiple: true },
  table: { type: 'string', multiple: true },
  'ingest-mode': { type: 'string' },
  'latency-ms': { type: 'string' },
  'bandwidth-bytes-per-second': { type: 'string' },
  'query-page-rows': { type: 'string' },
  fault: { type: 'string', multiple: true },
  options: { type: 'string' },
} as const;

/** What `--help` says of them. */
export const orgFlagsHelp = `\
  --port N                        port on 127.0.0.1 (default: a free one)
  --[no-]tls                      HTTPS, with a certificate of its own, or HTTP
  --org-id ID                     id of the org, of which all its ids are made (default: a random one)
  --latency-ms N                  round-trip time: one per request, one more on a new connection, two with TLS
  --bandwidth-bytes-per-second N  bandwidth of each connection, each way
  --schema FILE                   add an object from a describe-shaped JSON file (repeatable)
  --seed FILE                     load records from { "Object": [{…}] } (repeatable)
  --table NAME=ROWS               a generated read-only table of that many rows (repeatable)
  --ingest-mode strict|sink       save every row, or only count them (default: strict)
  --query-page-rows N             rows of a page of Bulk query results (default: 50,000)
  --fault JSON                    a fault from the start (repeatable)
  --options JSON                  any other option of local-org/options.ts`;

type OrgFlags = ReturnType<typeof parseArgs<{ options: typeof orgFlags }>>['values'];

/** @throws Error that names the flag whose value cannot be read */
export function optionsFromFlags(flags: OrgFlags): OrgOptions {
  const given: Record<string, unknown> = {
    port: readNumber('port', flags.port),
    tls: flags.tls,
    orgId: flags['org-id'],
    schema: flags.schema,
    seed: flags.seed,
    tables: flags.table && Object.fromEntries(flags.table.map(readTable)),
    ingestMode: readIngestMode(flags['ingest-mode']),
    latencyMs: readNumber('latency-ms', flags['latency-ms']),
    bandwidthBytesPerSecond: readNumber('bandwidth-bytes-per-second', flags['bandwidth-bytes-per-second']),
    queryPageRows: readNumber('query-page-rows', flags['query-page-rows']),
    faults: flags.fault?.map((fault) => readJson('fault', fault)),
    ...(flags.options === undefined ? {} : readJson('options', flags.options)),
  };
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
}

function readNumber(name: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (!/^\d+$/.test(text)) throw new Error(`--${name} takes a number, not "${text}"`);
  return Number(text);
}

function readTable(text: string): [string, number] {
  const [name = '', rows = ''] = text.split('=');
  if (name === '' || !/^\d+$/.test(rows)) throw new Error(`--table takes NAME=ROWS, not "${text}"`);
  return [name, Number(rows)];
}

function readIngestMode(text: string | undefined): string | undefined {
  if (text !== undefined && text !== 'strict' && text !== 'sink') {
    throw new Error(`--ingest-mode takes strict or sink, not "${text}"`);
  }
  return text;
}

function readJson(name: string, text: string): object {
  try {
    return JSON.parse(text) as object;
  } catch (error) {
    throw new Error(`--${name} takes JSON, not "${text}"`, { cause: error });
  }
}
