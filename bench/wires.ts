import type { OrgOptions } from '../local-org/index.ts';

/** How far away orgs are: on the same machine, in the same country, and over an ocean and a poor line. */
export const wires = {
  near: { text: 'no delay', org: {} },
  distant: {
    text: '40 ms, 10 MB/s a connection',
    org: { latencyMs: 40, bandwidthBytesPerSecond: 10_000_000 },
  },
  narrow: {
    text: '40 ms, 5 MB/s a connection',
    org: { latencyMs: 40, bandwidthBytesPerSecond: 5_000_000 },
  },
  overseas: {
    text: '150 ms, 3 MB/s a connection',
    org: { latencyMs: 150, bandwidthBytesPerSecond: 3_000_000 },
  },
} as const satisfies Record<string, { readonly text: string; readonly org: OrgOptions }>;

export type WireName = keyof typeof wires;
