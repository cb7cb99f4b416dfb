import { rename } from 'node:fs/promises';
import { fileSize } from '../../files/file-size.js';
import type { JournalRecord } from '../../run/record.js';
import type { CollectProgress, PerResultFile } from '../model/result-sets.js';
import { perFile } from './result-files.js';

/**
 * Takes over what a load whose journal is of version 1 has gathered: in files without the run's id in their names, some of
 * which have got the names that they should end with.
 */
export async function adoptVersion1(
  records: readonly JournalRecord[],
  named: PerResultFile<string>,
  gathered: PerResultFile<string>,
): Promise<void> {
  const [first] = records;
  if (first?.type !== 'load' || first.version !== 1) return;
  const collected = records.findLast((record) => record.type === 'collected');
  const bytes = (collected?.progress as CollectProgress | undefined)?.bytes;
  await perFile(async (name) => {
    const partial = `${named[name]}.part`;
    const isNamed = bytes?.[name] === (await fileSize(named[name]));
    if ((await fileSize(partial)) >= 0) await rename(partial, gathered[name]);
    else if (isNamed) await rename(named[name], gathered[name]);
  });
}
