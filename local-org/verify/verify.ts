import { join } from 'node:path';
import { startOrg } from '../start.ts';
import { checkOrg } from './guard.ts';
import { OrgHttp, type Access } from './http.ts';
import { notAsked } from './not-asked.ts';
import { OrgSession } from './session.ts';
import { probes } from './probes/all.ts';
import type { Probe } from './probe.ts';
import { runProbes, type Finding } from './run-probes.ts';
import { listOf, tableOf, verdictOf, type Compared, type Verdict } from './table.ts';
import { tidyUp } from './tidy-up.ts';

export type VerifyOptions = {
  /** Ends the run early: probes stop at their next request, and what they made is removed. */
  readonly signal: AbortSignal;
  /** Only facts that contain this text, in any case. Default: all. */
  readonly only?: string;
  /** Hears how the run goes on. */
  readonly report: (line: string) => void;
};

export type Verified = {
  /** Markdown, to paste into an issue. */
  readonly report: string;
  readonly different: number;
  /** What could not be removed from the org. */
  readonly left: readonly string[];
};

/** The newest API version that the local org knows. */
const newestLocalVersion = 67;

/**
 * Asks an org and a local org the same, and compares.
 * @throws UsageError for a production org, before anything is created; the signal's reason when it ends the run
 */
export async function verify(target: Access, options: VerifyOptions): Promise<Verified> {
  const kind = await checkOrg(target);
  const number = Math.min(newestLocalVersion, Math.trunc(Number(target.version)));
  const version = `${number}.0`;
  const chosen = probes.filter(({ fact }) => fact.toLowerCase().includes((options.only ?? '').toLowerCase()));
  const local = await askLocalOrg(chosen, number, options.signal);
  const http = new OrgHttp({ ...target, version });
  const { findings, left } = await askTarget(http, chosen, options);
  const compared = chosen.map((probe, at): Compared => ({ probe, local: local[at]!, real: findings[at]! }));
  const count = (wanted: Verdict): number => compared.filter((one) => verdictOf(one) === wanted).length;
  const summary =
    `${kind}, API version ${version}, ${new Date().toISOString().slice(0, 10)}: ${chosen.length} facts, ` +
    `${count('same')} the same, ${count('different')} different, ${count('unasked')} not asked. ` +
    `${http.requests} requests.`;
  const report = `${summary}\n\n${tableOf(compared)}\n\nNever asked:\n\n${listOf(notAsked)}`;
  return { report, different: count('different'), left };
}

/** The same probes against a local org of this process, in which as much as possible can be asked. */
async function askLocalOrg(
  chosen: readonly Probe[],
  newestVersion: number,
  signal: AbortSignal,
): Promise<readonly Finding[]> {
  await using org = await startOrg({
    newestVersion,
    personAccounts: true,
    quirks: { hardDeleteAllowed: false },
    dataQuirks: { unfilterableModstamps: ['ActivityFieldHistory'] },
    schema: [join(import.meta.dirname, 'more-objects.json')],
  });
  const access = { url: org.url, accessToken: org.accessToken, version: `${newestVersion}.0` };
  return await runProbes(new OrgSession(new OrgHttp(access), signal), chosen);
}

/** Whatever happens in between, what was made is removed at the end; what an earlier run left, at the start. */
async function askTarget(
  http: OrgHttp,
  chosen: readonly Probe[],
  { signal, report }: VerifyOptions,
): Promise<{ findings: readonly Finding[]; left: readonly string[] }> {
  const session = new OrgSession(http, signal);
  const leftBefore = await tidyUp(http, []);
  for (const line of leftBefore) report(`Left by an earlier run: ${line}`);
  let left: readonly string[] = [];
  let findings: readonly Finding[] = [];
  try {
    findings = await runProbes(session, chosen, (done) => report(`${done} of ${chosen.length} facts`));
  } finally {
    report('Removing what was made');
    left = await tidyUp(http, session.jobs);
    for (const line of left) report(`Could not be removed: ${line}`);
  }
  return { findings, left };
}
