import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import {
  folderPlan,
  folderPlanName,
  requireFolderFor,
} from '../../../../src/lib/copy/folder/output-folder.js';
import { failureOf } from '../../../support/failure-of.ts';
import { tempFolder } from '../../../support/temp-folder.ts';

const objects = [{ object: 'Account', key: ['Name'] }, { object: 'Contact' }];
const plan = folderPlan({ objects }, ['Account', 'Contact']);
const older = `version: 1
objects:
  - object: Account
    file: Account.csv
    key: Name
  - object: Contact
    file: Contact.csv
`;

test('a folder takes records of its own plan again, also of one that an older build wrote', async () => {
  const folder = await tempFolder();
  await requireFolderFor(folder, plan);
  for (const there of [plan, older]) {
    await writeFile(join(folder, folderPlanName), there);
    await requireFolderFor(folder, plan);
  }
});

test.each([
  ['is of other records', older.replace('key: Name', 'key: Site')],
  ['says something else of texts', plan.replace('nullMark: hold', 'nullMark: clear')],
])('a folder whose plan %s is refused', async (_, there) => {
  const folder = await tempFolder();
  await writeFile(join(folder, folderPlanName), there);
  expect((await failureOf(requireFolderFor(folder, plan))).message).toContain(
    "isn't the plan of these records",
  );
});
