import { recordTexts } from './cells.js';
import { serviceDelimiters } from './delimiters.js';
import { cellOffsets, RecordTokenizer, type CsvRecord } from './record-tokenizer.js';

export type GuessOptions = {
  readonly isWholeFile: boolean;
  /** Whether a header name is one the object has; the surest sign there is. */
  readonly isKnownField?: ((name: string) => boolean) | undefined;
};

type Candidate = {
  readonly delimiter: string;
  readonly columns: number;
  readonly hasFault: boolean;
  /** Shares of 1. */
  readonly known: number;
  readonly plausible: number;
  readonly consistent: number;
};

/** Every guess uses it anew: a load may have a hundred thousand files. */
const scratch = cellOffsets();
const maxRecordsCompared = 200;

/** What an API name in a header can look like: `Name`, `My_Ext__c`, `Account.Ext__c`, `Lead:Who.Email`. */
const plausibleName = /^[A-Za-z]\w*(?:[.:]\w+)*$/;

/**
 * Decides by the header, read with quotes in mind: the delimiter that splits it into names the object knows, else
 * into names that look like API names. Only then do the records count, by how many of them have as many cells as
 * the header. Characters are never simply counted: `a;b;c` is what a multi-select picklist looks like in any CSV.
 * A header that nothing splits makes a file of one column, which is called comma-separated.
 */
export function guessDelimiter(sample: Buffer, options: GuessOptions): string {
  const candidates = serviceDelimiters
    .map((delimiter) => judge(delimiter, sample, options))
    .filter((candidate) => candidate.columns > 1 && isBelievable(candidate));
  const best = candidates.reduce<Candidate | undefined>(
    (leader, candidate) => (leader === undefined || isBetter(candidate, leader) ? candidate : leader),
    undefined,
  );
  return best?.delimiter ?? ',';
}

function judge(delimiter: string, sample: Buffer, { isWholeFile, isKnownField }: GuessOptions): Candidate {
  const tokenizer = new RecordTokenizer(delimiter, scratch);
  const limit = { to: sample.length, isEnd: isWholeFile };
  // A header longer than the sample is judged by the part that is there.
  const headerEnd = tokenizer.next(sample, 0, limit);
  let at = headerEnd === -1 ? tokenizer.next(sample, 0, { to: sample.length, isEnd: true }) : headerEnd;
  const names = recordTexts(tokenizer);
  const hasFault = tokenizer.fault !== undefined;
  let records = 0;
  let consistent = 0;
  while (at < sample.length && records < maxRecordsCompared) {
    at = tokenizer.next(sample, at, limit);
    if (at === -1) break;
    if (tokenizer.isBlankLine) continue;
    records++;
    if (isLikeHeader(tokenizer, names.length)) consistent++;
  }
  return {
    delimiter,
    columns: names.length,
    hasFault,
    known: isKnownField === undefined ? 0 : share(names, isKnownField),
    plausible: share(names, (name) => plausibleName.test(name)),
    consistent: records === 0 ? 1 : consistent / records,
  };
}

function isLikeHeader(record: CsvRecord & { readonly fault: unknown }, columns: number): boolean {
  return record.count === columns && record.fault === undefined;
}

function share(names: readonly string[], test: (name: string) => boolean): number {
  return names.filter((name) => test(name)).length / names.length;
}

/** Labels for a header (`First Name;Last Name`) are believed when most records agree; API names at once. */
function isBelievable({ known, plausible, consistent }: Candidate): boolean {
  return known > 0 || plausible === 1 || consistent >= 0.5;
}

function isBetter(left: Candidate, right: Candidate): boolean {
  if (left.hasFault !== right.hasFault) return right.hasFault;
  if (left.known !== right.known) return left.known > right.known;
  if (left.plausible !== right.plausible) return left.plausible > right.plausible;
  if (left.consistent !== right.consistent) return left.consistent > right.consistent;
  return left.columns > right.columns;
}
