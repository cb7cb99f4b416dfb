import type { LoadPlan } from '../lib/run/record.js';
import { shellWord } from './shown.js';

/** The command that loads a file as another load was, to be pasted into a shell. */
export function loadLine(
  {
    operation,
    object,
    externalId,
    keyField,
  }: Pick<LoadPlan, 'operation' | 'object' | 'externalId' | 'keyField'>,
  file: string,
  username: string | undefined,
): string {
  const key = externalId ?? keyField;
  const words = [
    ...(operation === 'hardDelete' ? ['delete', '--hard-delete'] : [operation]),
    ...['--file', file, '--sobject', object],
    ...(key === undefined ? [] : ['--external-id', key]),
    ...(username === undefined ? [] : ['--target-org', username]),
  ];
  return `sf bulk2 ${words.map((word) => shellWord(word)).join(' ')}`;
}
