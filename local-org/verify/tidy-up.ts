import type { OrgHttp } from './http.ts';
import { inPool } from './pool.ts';
import { said } from './said.ts';
import { ownObjects, prefix } from './records.ts';
import { OrgSession, type JobKind } from './session.ts';

const idsPerRequest = 200;
const atOnce = 4;

/**
 * Ends and deletes the jobs, then deletes every record whose name has the prefix, those of an earlier run too.
 * @returns what could not be removed, and why
 */
export async function tidyUp(
  http: OrgHttp,
  jobs: ReadonlyArray<{ readonly kind: JobKind; readonly id: string }>,
): Promise<readonly string[]> {
  const session = new OrgSession(http, new AbortController().signal);
  const left: string[] = [];
  const attempt = async (what: string, act: () => Promise<void>): Promise<void> => {
    try {
      await act();
    } catch (error) {
      left.push(`${what}: ${error instanceof Error ? error.message : String(error)}`);
    }
  };
  await inPool(jobs, atOnce, (job) => attempt(`job ${job.id}`, () => removeJob(session, job)));
  for (const [object, nameField] of ownObjects) {
    await attempt(`records of ${object}`, () => removeRecords(session, object, nameField));
  }
  return left;
}

/** A job that is at work could still make records: it is aborted and waited for first. */
async function removeJob(session: OrgSession, { kind, id }: { kind: JobKind; id: string }): Promise<void> {
  const address = `jobs/${kind}/${id}`;
  const { status } = await session.ask(`DELETE ${address}`);
  if (status === 204 || status === 404) return;
  await session.ask(`PATCH ${address}`, { json: { state: 'Aborted' } });
  await session.finished(kind, id);
  await session.must(`DELETE ${address}`);
}

async function removeRecords(session: OrgSession, object: string, nameField: string): Promise<void> {
  if ((await session.fields(object)) === undefined) return;
  const soql = `SELECT Id FROM ${object} WHERE ${nameField} LIKE '${prefix}%' LIMIT 2000`;
  const ids = (await session.records(soql)).map(({ Id }) => String(Id));
  for (let at = 0; at < ids.length; at += idsPerRequest) {
    const some = ids.slice(at, at + idsPerRequest).join(',');
    const answer = await session.must(`DELETE composite/sobjects?ids=${some}&allOrNone=false`);
    const items = JSON.parse(answer.text) as Array<{ success: boolean; errors: Array<{ message: string }> }>;
    const failed = items.filter(({ success }) => !success);
    if (failed.length > 0)
      throw new Error(`${failed.length} left: ${failed[0]?.errors[0]?.message ?? said(answer)}`);
  }
}
