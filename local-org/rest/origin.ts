import type { Exchange } from '../server/router.ts';

/** Where the client found the org. */
export function originOf({ headers }: Pick<Exchange, 'headers'>): string {
  return `http://${headers.host ?? '127.0.0.1'}`;
}
