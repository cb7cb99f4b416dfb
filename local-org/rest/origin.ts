import type { Exchange } from '../server/router.ts';

/** Where the client found the org. */
export function originOf({ headers, world }: Pick<Exchange, 'headers' | 'world'>): string {
  return `${world.options.tls ? 'https' : 'http'}://${headers.host ?? '127.0.0.1'}`;
}
