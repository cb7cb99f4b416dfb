import { mkdir, mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Bulk2Error } from '../../../src/lib/errors.js';
import { keepSecret } from '../../../src/lib/secrets.js';
import { openLibrary } from '../library.ts';
import type { HostileOrg, Plan } from './hostile-org.ts';
import { workloads } from './workloads.ts';

export type HostileCase = { readonly workload: string; readonly plan: Plan };

/** No wait of a case is longer than a second, and few answers are twisted. */
const longestMs = 90_000;

const quickly = { attempts: 3, attemptsBeforeFirstAnswer: 2, firstWaitMs: 1, longestWaitMs: 5 };

/** Files that a case may leave, by their paths from the folder around all; the last two have values of records. */
const mayBe = [
  /^a\/b\/state\//,
  /^a\/b\/in\.csv$/,
  /^a\/b\/results\/[0-9A-Za-z]{15,18}-(success|failed|unprocessed)-records\.csv(\.[\w.-]+\.part)?$/,
  /^a\/b\/outputs\/out/,
];
const hasRecords = /^a\/b\/outputs\/|\.(changes|results)\.ndjson$/;

/** How a case ended, and what is wrong with it; empty when nothing is. */
export type HostileOutcome = { readonly ending: string; readonly problems: readonly string[] };

/** Does something with an org that answers as it likes. */
export async function runHostileCase(
  { workload, plan }: HostileCase,
  hostile: HostileOrg,
  org: { readonly accessToken: string; readonly jobId: string },
): Promise<HostileOutcome> {
  const root = await mkdtemp(join(tmpdir(), 'bulk2-'));
  const work = join(root, 'a', 'b');
  const places = { work, results: join(work, 'results'), outputs: join(work, 'outputs') };
  await mkdir(places.outputs, { recursive: true });
  const place = { url: hostile.url, accessToken: org.accessToken, folder: work };
  const context = openLibrary(place, { retryPolicy: quickly });
  keepSecret(org.accessToken);
  hostile.follow(plan);
  try {
    const run = workloads[workload];
    if (run === undefined) throw new Error(`There is no ${workload}.`);
    const { ending, problems } = await Promise.race([
      run(context, places, org.jobId).then(
        () => ({ ending: 'succeeded', problems: [] }),
        (error: unknown) => ({
          ending: (error as Error).name,
          problems: wrongInError(error, org.accessToken),
        }),
      ),
      sleep(longestMs, { ending: 'none', problems: ['it does not end'] }, { ref: false }),
    ]);
    return { ending, problems: [...problems, ...(await wrongInFiles(root, org.accessToken))] };
  } finally {
    await context.close();
    await rm(root, { recursive: true });
  }
}

function wrongInError(error: unknown, token: string): string[] {
  const told = JSON.stringify({ ...(error as object), message: (error as Error).message });
  return [
    ...(told.includes(token) ? [`the token is in the error: ${told.replaceAll(token, '<token>')}`] : []),
    ...(error instanceof Bulk2Error
      ? []
      : [`it ends with an error of no kind: ${String((error as Error).stack)}`]),
  ];
}

async function wrongInFiles(root: string, token: string): Promise<string[]> {
  const names = await readdir(root, { recursive: true });
  const wrong: string[] = [];
  for (const name of names) {
    const path = join(root, name);
    if (!(await stat(path)).isFile()) continue;
    if (!mayBe.some((each) => each.test(name))) wrong.push(`it has written ${name}`);
    if (!hasRecords.test(name) && (await readFile(path)).includes(token))
      wrong.push(`the token is in ${name}`);
  }
  return wrong;
}
