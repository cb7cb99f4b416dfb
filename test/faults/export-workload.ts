import { access, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startOrg, type OrgOptions } from '../../local-org/index.ts';
import { exportSteps, outputName } from './export-steps.ts';
import { openLibrary, placeOf } from './library.ts';
import type { Workload } from './workload.ts';

const pageRows = 10;

/** An export of so many pages to a file, which has to be equal to an uninterrupted one's to the byte. */
export async function exportWorkload(pages = 6): Promise<Workload> {
  const orgOptions = {
    // Records have the same ids in each org.
    orgId: '00DLo0000000001',
    tables: { Account: pages * pageRows - 5 },
    queryPageRows: pageRows,
  };
  const expected = await uninterrupted(orgOptions);
  return {
    orgOptions,
    prepare: () => Promise.resolve(),
    ...exportSteps,
    async problems(_, folder) {
      const actual = await readFile(join(folder, outputName)).catch(() => Buffer.from('no file'));
      const leftOvers = (await readdir(folder)).filter((name) => name.startsWith(`${outputName}.`));
      return [
        ...(actual.equals(expected) ? [] : [`${outputName} has other bytes: ${actual.length}`]),
        ...leftOvers.map((name) => `left behind: ${name}`),
      ];
    },
    problemsUnbegun: (_, folder) =>
      access(join(folder, outputName)).then(
        () => [`${outputName} is there`],
        () => [],
      ),
  };
}

async function uninterrupted(orgOptions: OrgOptions): Promise<Buffer> {
  const folder = await mkdtemp(join(tmpdir(), 'bulk2-'));
  await using org = await startOrg(orgOptions);
  const library = openLibrary(placeOf(org, folder));
  try {
    await exportSteps.start(library, folder);
    return await readFile(join(folder, outputName));
  } finally {
    await library.close();
    await rm(folder, { recursive: true });
  }
}
