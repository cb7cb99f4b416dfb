import { JournalDamagedError, JournalVersionError } from './errors.js';
import { decodeLine, isWhole, type JournalLine, type LineRecord, type LineStamp } from './line.js';
import { journalVersion, type FirstRecord, type JournalRecord } from './record.js';

/** What a journal says. */
export type Replay = {
  readonly records: readonly JournalRecord[];
  /** The number of the last line that counts. */
  readonly lastLine: number;
  /** Lines that do not count: their owner wrote them after another process had taken the run over. */
  readonly skippedLines: number;
  /** Bytes of the text that are whole lines. */
  readonly wholeBytes: number;
};

/**
 * Reads a whole journal. A last line without its newline was torn by a crash before its request was sent, and is
 * dropped. A line is void when another process had taken the run over before it was written: its writer has found that
 * out before it acted.
 * @throws JournalDamagedError any other line does not match its checksum, is missing, or is of an unknown owner
 * @throws JournalVersionError the journal is newer than this reader
 */
export function replayJournal(text: string, path: string): Replay {
  const end = text.lastIndexOf('\n') + 1;
  const lines = text.slice(0, end).split('\n').slice(0, -1);
  const account = new LineAccount();
  for (const [index, line] of lines.entries()) {
    const decoded = decodeLine(line);
    requireKnownVersion(decoded, path);
    const problem = decoded === undefined ? 'is damaged' : account.take(decoded);
    if (problem !== undefined) throw damaged(`${path}, line ${index + 1}, ${problem}`, { path, lines });
  }
  // A whole line with one more byte was not torn: its newline has become something else.
  if (isWhole(text.slice(end, -1))) {
    throw damaged(`${path}, line ${lines.length + 1}, is damaged`, { path, lines });
  }
  return { ...account.result(), wholeBytes: Buffer.byteLength(text.slice(0, end)) };
}

/** Keeps account of which lines count, by their numbers and owners. */
class LineAccount {
  /** By their numbers, the first one at 0. */
  readonly #counted: LineRecord[] = [];
  #owner: string | undefined;
  readonly #former = new Set<string | undefined>();
  #skippedLines = 0;

  /** @returns what is wrong with the line */
  take({ stamp, record }: JournalLine): string | undefined {
    if (this.#former.has(stamp?.by)) {
      this.#skippedLines += 1;
      return undefined;
    }
    if (record.type === 'takeover') return this.#changeOwner(stamp, record.displaced);
    if (this.#counted.length === 0) this.#owner = stamp?.by;
    if (stamp === undefined && isOfVersion2(this.#counted[0] ?? record)) return 'has no number';
    if (stamp?.by !== this.#owner) return 'is of an unknown owner';
    if (stamp !== undefined && stamp.n !== this.#counted.length + 1) return this.#outOfPlace(stamp);
    this.#counted.push(record);
    return undefined;
  }

  result(): Omit<Replay, 'wholeBytes'> {
    return {
      records: this.#counted.filter((record) => record.type !== 'takeover'),
      lastLine: this.#counted.length,
      skippedLines: this.#skippedLines,
    };
  }

  /** Lines that the former owner wrote after the new one had read the journal have the new one's numbers, or higher ones. */
  #changeOwner(stamp: LineStamp | undefined, displaced: readonly string[]): string | undefined {
    if (stamp === undefined || stamp.by === this.#owner || stamp.n < 2) return 'is no takeover';
    if (stamp.n > this.#counted.length + 1) return this.#outOfPlace(stamp);
    this.#skippedLines += this.#counted.length - (stamp.n - 1);
    this.#counted.length = stamp.n - 1;
    this.#counted.push({ type: 'takeover', displaced } as LineRecord);
    for (const owner of [this.#owner, ...displaced]) this.#former.add(owner);
    this.#owner = stamp.by;
    return undefined;
  }

  #outOfPlace({ n }: LineStamp): string {
    return `has number ${n} where ${this.#counted.length + 1} should come`;
  }
}

function isOfVersion2(first: LineRecord): boolean {
  return 'version' in first && first.version >= 2;
}

function requireKnownVersion(line: JournalLine | undefined, path: string): void {
  if (line === undefined || !('version' in line.record) || line.record.version <= journalVersion) return;
  throw new JournalVersionError(`The journal ${path} was written by a newer version of the plugin.`, {
    actions: ['Update the plugin: sf plugins update'],
    data: { path },
    first: firstRecord(line),
  });
}

function damaged(
  place: string,
  { path, lines }: { readonly path: string; readonly lines: readonly string[] },
): JournalDamagedError {
  const created = lines.flatMap((line) => {
    const record = decodeLine(line)?.record;
    return record?.type === 'created' ? [record.jobId] : [];
  });
  return new JournalDamagedError(`The journal ${place}: it isn't known what was sent.`, {
    actions: [
      `Get the result of every row that a job was sent: sf bulk2 job results --id ${created[0] ?? 'JOB'}`,
      'See which other jobs the org has: sf bulk2 job list',
      `Once you know of every row, delete the journal: ${path}`,
    ],
    data: { path, jobIds: created },
    first: firstRecord(decodeLine(lines[0] ?? '')),
  });
}

function firstRecord(line: JournalLine | undefined): FirstRecord | undefined {
  const record = line?.record;
  return record !== undefined && 'org' in record ? record : undefined;
}
