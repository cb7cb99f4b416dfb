import type { OrgDoor } from '../local-org/index.ts';

/** How many records of an object a condition is true of. */
export async function countRecords(org: OrgDoor, object: string, where?: string): Promise<number> {
  const condition = where === undefined ? '' : ` WHERE ${where}`;
  const soql = encodeURIComponent(`SELECT COUNT() FROM ${object}${condition}`);
  const response = await fetch(`${org.url}/services/data/v${org.apiVersion}/query?q=${soql}`, {
    headers: { authorization: `Bearer ${org.accessToken}` },
  });
  const { totalSize } = (await response.json()) as { totalSize: number };
  return totalSize;
}
