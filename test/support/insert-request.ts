import type { LoadRequest } from '../../src/lib/load/model/request.js';

/** A request to insert the accounts of a small file, as they are, with the results in a folder. */
export function insertRequest(path: string, resultsDir: string) {
  return {
    operation: 'insert',
    object: 'Account',
    inputs: [{ name: 'a.csv', path }],
    reading: {},
    columns: {},
    limits: { maxJobBytes: 1_000_000, maxRowsPerJob: 100, concurrency: 1 },
    resultsDir,
    preflight: false,
    wait: 'end',
  } as const satisfies LoadRequest;
}
