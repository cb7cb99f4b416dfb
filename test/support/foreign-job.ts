import { setTimeout as sleep } from 'node:timers/promises';
import type { OrgDoor } from '../../local-org/index.ts';

/** Creates, fills and closes an ingest job as another tool would, and waits for its end. @returns its id */
export async function foreignIngestJob(org: OrgDoor, csv: string): Promise<string> {
  const jobs = jobsOf(org);
  const id = await openIngestJob(org);
  const headers = { authorization: `Bearer ${org.accessToken}`, 'content-type': 'text/csv' };
  await fetch(`${jobs}/${id}/batches`, { method: 'PUT', headers, body: csv });
  await ask(org, `${jobs}/${id}`, 'PATCH', { state: 'UploadComplete' });
  return ended(org, id);
}

/** Creates an ingest job as another tool would that never comes back to it. @returns its id */
export async function openIngestJob(org: OrgDoor): Promise<string> {
  const job = { object: 'Account', operation: 'insert', lineEnding: 'LF' };
  return (await ask<{ id: string }>(org, jobsOf(org), 'POST', job)).id;
}

function jobsOf({ url }: OrgDoor): string {
  return `${url}/services/data/v60.0/jobs/ingest`;
}

/** Creates a query job as another tool would, and waits for its end. @returns its id */
export async function foreignQueryJob(org: OrgDoor, query: string): Promise<string> {
  const body = { operation: 'query', query };
  const { id } = await ask<{ id: string }>(org, `${org.url}/services/data/v60.0/jobs/query`, 'POST', body);
  return ended(org, id);
}

const ends = new Set(['JobComplete', 'Failed', 'Aborted']);

async function ended(org: OrgDoor, id: string): Promise<string> {
  while (!ends.has((await org.job(id)).state)) await sleep(5);
  return id;
}

async function ask<T>(org: OrgDoor, url: string, method: string, body: object): Promise<T> {
  const headers = { authorization: `Bearer ${org.accessToken}`, 'content-type': 'application/json' };
  const response = await fetch(url, { method, headers, body: JSON.stringify(body) });
  if (!response.ok) throw new Error(await response.text());
  return (await response.json()) as T;
}
