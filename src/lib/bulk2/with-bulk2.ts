import type { OrgConnection } from '../api/session.js';
import { BulkV2 } from './bulk2.js';
import type { BulkV2Options } from './options.js';

/** A connection whose `bulk2` is this library's. */
export type WithBulk2<C> = Omit<C, 'bulk2'> & { readonly bulk2: BulkV2 };

/**
 * Puts a `BulkV2` in the place of a connection's own `bulk2`, where TypeScript knows of it. It is the same connection:
 * jsforce's own calls run on it, too.
 *
 * @example
 * const conn = withBulk2(new Connection({ instanceUrl, accessToken }));
 * const records = await conn.bulk2.query('SELECT Id FROM Account');
 * @throws UsageError as `new BulkV2()`
 */
export function withBulk2<C extends OrgConnection>(connection: C, options: BulkV2Options = {}): WithBulk2<C> {
  const bulk2 = new BulkV2(connection, options);
  return Object.assign(connection, { bulk2 });
}
