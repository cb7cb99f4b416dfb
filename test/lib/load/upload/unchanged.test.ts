import { copyFile, rm, utimes, writeFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { requireUnchanged } from '../../../../src/lib/load/upload/unchanged.js';
import { InputChangedError } from '../../../../src/lib/jobs/errors.js';
import { loadPlan } from '../../../support/load-plan.ts';
import { tempFolder } from '../../../support/temp-folder.ts';

const otherTime = new Date('2020-01-01T00:00:00Z');

describe('the sources of a plan', () => {
  test.each([
    ['as they were', () => Promise.resolve()],
    ['only touched', (path: string) => utimes(path, otherTime, otherTime)],
    [
      'changed and put back byte for byte',
      async (path: string) => {
        await copyFile(path, `${path}.kept`);
        await writeFile(path, 'Name,Site\na,9\n');
        await rm(path);
        await copyFile(`${path}.kept`, path);
        await utimes(path, otherTime, otherTime);
      },
    ],
  ])('are fine when they are %s', async (_, change) => {
    const plan = await loadPlan(await tempFolder(), { parts: [['a,1'], ['b,2']] });
    await change(plan.sources[0]!.path);
    await requireUnchanged(plan);
  });

  test.each([
    ['longer', (path: string) => writeFile(path, 'Name,Site\na,1\nb,2\nc,3\n')],
    ['gone', (path: string) => rm(path)],
    [
      'as long, with another row',
      async (path: string) => {
        await writeFile(path, 'Name,Site\na,1\nb,9\n');
        await utimes(path, otherTime, otherTime);
      },
    ],
  ])('are refused when one is %s', async (_, change) => {
    const plan = await loadPlan(await tempFolder(), { parts: [['a,1'], ['b,2']] });
    await change(plan.sources[0]!.path);
    await expect(requireUnchanged(plan)).rejects.toThrow(InputChangedError);
  });
});
