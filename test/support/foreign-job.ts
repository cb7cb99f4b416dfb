import { setTimeout as sleep } from 'node:timers/promises';
import type { OrgDoor } from '../org/door.ts';

/** Creates, fills and closes an ingest job as another tool would, and waits for its end. @returns its id */
export async function foreignIngestJob(org: OrgDoor, csv: string): Promise<string> {
  const jobs = `${org.url}/services/data/v60.0/jobs/ingest`;
  const { id } = await ask<{ id: string }>(org, jobs, 'POST', {
    object: 'Account',
    operation: 'insert',
    lineEnding: 'LF',
  });
  const headers = { authorization: `Bearer ${org.accessToken}`, 'content-type': 'text/csv' };
  await fetch(`${jobs}/${id}/batches`, { method: 'PUT', headers, body: csv });
  await ask(org, `${jobs}/${id}`, 'PATCH', { state: 'UploadComplete' });
  return ended(org, id);
}

/** Creates a query job as another tool would, and waits for its end. @returns its id */
export async function foreignQueryJob(org: OrgDoor, query: string): Promise<string> {
  const body = { operation: 'query', query };
  const { id } = await ask<{ id: string }>(org, `${org.url}/services/data/v60.0/jobs/query`, 'POST', body);
  return ended(org, id);
}

async function ended(org: OrgDoor, id: string): Promise<string> {
  while (!['JobComplete', 'Failed', 'Aborted'].includes((await org.job(id)).state)) await sleep(5);
  return id;
}

async function ask<T>(org: OrgDoor, url: string, method: string, body: object): Promise<T> {
  const headers = { authorization: `Bearer ${org.accessToken}`, 'content-type': 'application/json' };
  const response = await fetch(url, { method, headers, body: JSON.stringify(body) });
  if (!response.ok) throw new Error(await response.text());
  return (await response.json()) as T;
}
