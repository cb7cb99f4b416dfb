import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { firstPass } from '../../../../src/lib/load/plan/first-pass.js';
import { sourceFile } from '../../../../src/lib/load/plan/stage.js';
import type { LoadRequest } from '../../../../src/lib/load/model/request.js';
import { tempFolder } from '../../../support/temp-folder.ts';

test('what is decided of a header is held once, however many files have it', async () => {
  const folder = await tempFolder();
  const contents = ['Name,Site\na,1\n', 'Site,Name\n2,b\n', 'Name,Site\nc,3\n'];
  const sources = await Promise.all(
    contents.map(async (content, index) => {
      const path = join(folder, `${index}.csv`);
      await writeFile(path, content);
      return sourceFile(path, `${index}.csv`, false);
    }),
  );
  const request = { operation: 'insert', object: 'Account', reading: {}, columns: {}, limits: {} };
  const { checked } = await firstPass(sources, {
    request: request as unknown as LoadRequest,
    target: undefined,
    maxPartBytes: Infinity,
    onBytes: () => undefined,
    signal: undefined,
    stagedAs: () => undefined,
  });
  const [first, second, third] = checked;
  expect(third?.columns).toBe(first?.columns);
  expect(third?.scan.columns).toBe(first?.scan.columns);
  expect(second?.columns.sent.map(({ name }) => name)).toEqual(['Site', 'Name']);
});
