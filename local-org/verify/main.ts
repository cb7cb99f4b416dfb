import { parseArgs } from 'node:util';
import { UsageError } from './usage-error.ts';
import { verify } from './verify.ts';

const help = `Asks an org for every fact of the local org that is seen or uncertain, and prints a Markdown table.

  npm run verify:org -- --target-org ALIAS [--only TEXT]

  -o, --target-org ALIAS  a scratch org, sandbox or Developer Edition org that \`sf org login\` knows
  --only TEXT             only facts that contain the text
  --help                  print this

Creates, loads and removes records whose names begin with "sf-bulk2-verify", and Bulk API 2.0 jobs.
Ends with 0 when both orgs agree, 1 when they differ or something could not be removed, 2 when the org is
refused, 130 after Ctrl-C.`;

const interrupted = new Error('Interrupted');

process.exitCode = await main();

async function main(): Promise<number> {
  try {
    return await run();
  } catch (error) {
    if (error === interrupted) return 130;
    const isUsage = error instanceof UsageError || (error instanceof TypeError && 'code' in error);
    console.error(error instanceof Error ? error.message : error);
    return isUsage ? 2 : 1;
  }
}

async function run(): Promise<number> {
  const { values: flags } = parseArgs({
    options: {
      'target-org': { type: 'string', short: 'o' },
      only: { type: 'string' },
      help: { type: 'boolean' },
    },
  });
  if (flags.help === true) {
    console.log(help);
    return 0;
  }
  const target = flags['target-org'];
  if (target === undefined) throw new UsageError('Name an org: npm run verify:org -- --target-org ALIAS');
  // It loads @salesforce/core, which takes longer than everything before it.
  const { logIn } = await import('./log-in.ts');
  const { report, different, left } = await verify(await logIn(target), {
    signal: stopSignal(),
    report: (line) => console.error(line),
    ...(flags.only === undefined ? {} : { only: flags.only }),
  });
  console.log(report);
  return different === 0 && left.length === 0 ? 0 : 1;
}

/** The first Ctrl-C ends the run and leaves it time to tidy up; the second ends the process. */
function stopSignal(): AbortSignal {
  const controller = new AbortController();
  const stop = (): void => {
    console.error('Stopping; Ctrl-C again leaves what was made in the org.');
    controller.abort(interrupted);
  };
  for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, stop);
  return controller.signal;
}
