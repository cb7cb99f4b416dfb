import type { Command } from './measure.ts';
import type { Stage } from './stage.ts';

type Job = { readonly id: string; readonly state: string };

/** One `curl` that fetches every page of a query's results over up to four connections, each into a file. */
export async function curlPages({ org, program, file }: Stage, soql: string): Promise<Command> {
  const jobs = `${org.url}/services/data/v${org.apiVersion}/jobs/query`;
  const headers = { authorization: `Bearer ${org.accessToken}`, 'content-type': 'application/json' };
  const body = JSON.stringify({ operation: 'query', query: soql });
  const ask = async (path = ''): Promise<Job> =>
    (
      await fetch(`${jobs}${path}`, path === '' ? { method: 'POST', headers, body } : { headers })
    ).json() as Promise<Job>;
  let job = await ask();
  while (job.state !== 'JobComplete') job = await ask(`/${job.id}`);
  const urls: string[] = [];
  for (let locator: string | null = ''; locator !== 'null';) {
    const query: string = locator === '' ? '' : `?locator=${locator}`;
    urls.push(`${jobs}/${job.id}/results${query}`);
    const response = await fetch(urls.at(-1)!, { headers });
    await response.arrayBuffer();
    locator = response.headers.get('sforce-locator');
  }
  const authorization = `authorization: ${headers.authorization}`;
  return program('curl', [
    '--silent',
    '--fail',
    '--compressed',
    '--parallel',
    '--parallel-max',
    '4',
    ...(org.certificateFile === undefined ? [] : ['--cacert', org.certificateFile]),
    '--header',
    authorization,
    ...urls.flatMap((url, page) => ['--output', file(`curl-${page}.csv`), url]),
  ]);
}
