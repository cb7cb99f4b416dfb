import { setFlagsFromString } from 'node:v8';

/**
 * Lets V8 collect what is no longer needed as soon as there is a sixth as much of it as of what is, and not only when
 * there is three times as much: what Parquet's row groups are made from lives just long enough to pile up. Measured with
 * 10,000,000 records: 212 MB instead of 314 MB, in less time.
 */
export function keepHeapSmall(): void {
  setFlagsFromString('--heap-growing-percent=15');
}
