import { setFlagsFromString } from 'node:v8';

/**
 * Keeps V8 from giving the newest values of JavaScript ever more room, as it does where many stay for a while: what is
 * held for a row group of Parquet does. Measured with 1,000,000 records: 190 MB instead of 320 MB, and 7.7 s instead of
 * 10 s. To be called before the first one.
 */
export function keepHeapSmall(): void {
  setFlagsFromString('--semi-space-growth-factor=1');
}
