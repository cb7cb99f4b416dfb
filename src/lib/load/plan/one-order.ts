import { InputError, type InputProblem } from '../../errors.js';
import type { CheckedSource } from './first-pass.js';
import type { SendForm } from './form.js';

/**
 * All parts of a load share one header: the columns of every source are sent in the order of the first.
 * @throws InputError a source has other columns
 */
export function inOneOrder(checked: readonly CheckedSource[], form: SendForm): CheckedSource[] {
  const problems: InputProblem[] = [];
  const ordered = checked.map((each): CheckedSource => {
    const { source, columns } = each;
    if (columns === checked[0]?.columns) return each;
    const byName = new Map(columns.sent.map((column) => [column.name.toLowerCase(), column]));
    const sent = form.columns.flatMap((name) => byName.get(name.toLowerCase()) ?? []);
    if (sent.length !== form.columns.length || sent.length !== columns.sent.length) {
      const message = otherColumns(columns.sent, form.columns, checked[0]?.source.name ?? '');
      problems.push({ code: 'OTHER_COLUMNS', file: source.name, row: 0, message });
    }
    const isInOrder = sent.every((column, at) => column === columns.sent[at]);
    return isInOrder ? each : { ...each, columns: { ...columns, sent, needsRewrite: true } };
  });
  if (problems.length > 0) throw new InputError(problems);
  return ordered;
}

function otherColumns(
  sent: CheckedSource['columns']['sent'],
  wanted: readonly string[],
  first: string,
): string {
  const lower = (names: readonly string[]) => new Set(names.map((name) => name.toLowerCase()));
  const own = sent.map(({ name }) => name);
  const missing = wanted.filter((name) => !lower(own).has(name.toLowerCase()));
  const extra = own.filter((name) => !lower(wanted).has(name.toLowerCase()));
  const parts = [
    ...(missing.length > 0
      ? [`${missing.join(', ')} of ${first} ${missing.length === 1 ? 'is' : 'are'} not in it`]
      : []),
    ...(extra.length > 0 ? [`${extra.join(', ')} ${extra.length === 1 ? 'is' : 'are'} not in ${first}`] : []),
  ];
  return `All files of a load have the same columns, and ${parts.join('; ')}. Load the files one by one, or leave columns out with --map "COLUMN=".`;
}
