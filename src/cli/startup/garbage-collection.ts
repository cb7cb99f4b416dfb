import { setFlagsFromString } from 'node:v8';

/** V8 of Node 24; older ones do not know the second flag, and complain about it. */
const firstWithCapacityFlag = 13;

/**
 * Keeps V8 from widening its space for young objects under the load of a stream: it grows by up to 150 MB there, and
 * gains no speed by it. Measured with a load of 1 GB: 225 MB to 257 MB of resident memory instead of 265 MB to 285 MB.
 */
export function keepYoungGenerationSmall(): void {
  setFlagsFromString('--semi-space-growth-factor=1');
  if (Number.parseInt(process.versions.v8, 10) >= firstWithCapacityFlag) {
    setFlagsFromString('--scavenger-max-new-space-capacity-mb=2');
  }
}

/**
 * Lets V8 collect what is no longer needed as soon as there is a sixth as much of it as of what is, and not only when
 * there is three times as much: what Parquet's row groups are made from lives just long enough to pile up. Measured with
 * 10,000,000 records: 212 MB instead of 314 MB, in less time.
 */
export function keepHeapSmall(): void {
  setFlagsFromString('--heap-growing-percent=15');
}
