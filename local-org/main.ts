import { parseArgs } from 'node:util';
import { factsOf, type OrgDoor } from './door.ts';
import { optionsFromFlags, orgFlags, orgFlagsHelp } from './flags.ts';
import { startOrg } from './start.ts';

const help = `Starts a local Salesforce org, over HTTP unless told otherwise, and keeps it until Ctrl-C.

  npx node local-org/main.ts [options]

${orgFlagsHelp}
  --json                          print what the org says of itself as one line of JSON
  --with-parent                   stop when standard input ends
  --help                          print this`;

try {
  await run();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 2;
}

async function run(): Promise<void> {
  const { values: flags } = parseArgs({
    allowNegative: true,
    options: {
      ...orgFlags,
      json: { type: 'boolean' },
      'with-parent': { type: 'boolean' },
      help: { type: 'boolean' },
    },
  });
  if (flags.help === true) {
    console.log(help);
    return;
  }
  const org = await startOrg(optionsFromFlags(flags));
  if (flags.json === true) console.log(JSON.stringify(factsOf(org)));
  else console.log(describeOrg(org));
  const stop = (): void => void org.stop().then(() => process.exit(0));
  process.once('SIGINT', stop);
  process.once('SIGTERM', stop);
  if (flags['with-parent'] === true) process.stdin.once('end', stop).resume();
}

function describeOrg({ url, controlUrl, accessToken, certificateFile }: OrgDoor): string {
  const lines = [`Local org at ${url} (control: ${controlUrl})`, `Access token: ${accessToken}`];
  if (certificateFile !== undefined) lines.push(`Certificate: export NODE_EXTRA_CA_CERTS=${certificateFile}`);
  return lines.join('\n');
}
