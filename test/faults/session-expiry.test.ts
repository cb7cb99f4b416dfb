import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { startOrg } from '../../local-org/index.ts';
import { exportWorkload } from './export-workload.ts';
import { openLibrary, placeOf } from './library.ts';
import { loadWorkload } from './load-workload.ts';

test.each([
  ['uploads', loadWorkload, 'ingest.upload'],
  ['result files', loadWorkload, 'ingest.results.successful'],
  ['pages', await exportWorkload(), 'query.results'],
])(
  'a session that ends between the first and the last of the %s is renewed, and nothing is missing',
  async (...row) => {
    const [, workload, endpoint] = row;
    const folder = await mkdtemp(join(tmpdir(), 'bulk2-'));
    await using org = await startOrg(workload.orgOptions);
    let renewals = 0;
    let next: string | undefined;
    const library = openLibrary(placeOf(org, folder), {
      renew: () => {
        renewals += 1;
        return Promise.resolve(next ?? 'there is none yet');
      },
    });
    try {
      await workload.prepare(folder, org);
      // Under way when the session ends, which some of the others have to notice.
      const hold = await org.faults.add({ endpoint, nth: 2, action: { kind: 'hold', when: 'after' } });
      const run = workload.start(library, folder);
      await hold.hit();
      next = await org.expireSession();
      await hold.release();
      await run;
      expect(await workload.problems(org, folder)).toEqual([]);
      expect(renewals).toBe(1);
    } finally {
      await library.close();
      await rm(folder, { recursive: true });
    }
  },
);
