import { fitsAddress, type RestApi, type RestRecord } from './rest.js';

export type RecordsById = {
  readonly object: string;
  /** Beside the id. */
  readonly fields: readonly string[];
  readonly ids: readonly string[];
};

/** Reads fields of records, in as many queries as it takes. Records that are gone are left out; the order is the org's. */
export async function recordsById(
  rest: RestApi,
  { object, fields, ids }: RecordsById,
): Promise<RestRecord[]> {
  const names = new Map(['Id', ...fields].map((name) => [name.toLowerCase(), name]));
  const list = ids.map((id) => `'${id}'`).join(',');
  const soql = `SELECT ${[...names.values()].join(', ')} FROM ${object} WHERE Id IN (${list})`;
  if (!fitsAddress(soql) && ids.length > 1) {
    const middle = Math.ceil(ids.length / 2);
    const halves = [ids.slice(0, middle), ids.slice(middle)];
    return (await Promise.all(halves.map((half) => recordsById(rest, { object, fields, ids: half })))).flat();
  }
  const found: RestRecord[] = [];
  for await (const { records } of rest.pagesFrom(await rest.query(soql))) found.push(...records);
  return found;
}
