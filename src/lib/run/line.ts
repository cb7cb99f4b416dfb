import { crc32 } from 'node:zlib';
import { isSalesforceId } from '../api/identifiers.js';
import { JournalDamagedError, JournalVersionError } from './errors.js';
import { journalVersion, type JournalRecord } from './record.js';

/** One record as a line: eight hexadecimal digits of CRC-32, a space, JSON, a newline. */
export function encodeLine(record: JournalRecord): string {
  const json = JSON.stringify(record);
  return `${checksum(json)} ${json}\n`;
}

/**
 * Reads a whole journal. A last line without its newline was torn by a crash before its request was sent, and is
 * dropped.
 * @returns the records, and how many bytes of the text they fill
 * @throws JournalDamagedError any other line does not match its checksum
 * @throws JournalVersionError the journal is newer than this reader
 */
export function decodeLines(text: string, path: string): { records: JournalRecord[]; wholeBytes: number } {
  const end = text.lastIndexOf('\n') + 1;
  const lines = text.slice(0, end).split('\n').slice(0, -1);
  const torn = text.slice(end, -1);
  // A whole line with one more byte was not torn: its newline has become something else.
  if (isWhole(torn)) throw damaged(`${path}, line ${lines.length + 1}`);
  const records = lines.map((line, index) => decodeLine(line, `${path}, line ${index + 1}`));
  const first = records[0];
  if (first !== undefined && 'version' in first && first.version > journalVersion) {
    throw new JournalVersionError(`${path} was written by a newer version of this tool.`, {
      actions: ['Update the plugin: sf plugins update'],
    });
  }
  return { records, wholeBytes: Buffer.byteLength(text.slice(0, end)) };
}

function decodeLine(line: string, place: string): JournalRecord {
  if (!isWhole(line)) throw damaged(place);
  const record = JSON.parse(line.slice(9)) as JournalRecord;
  // Ids name result files, and an id that is none could name any other file.
  if ('jobId' in record && !isSalesforceId(record.jobId)) throw damaged(place);
  return record;
}

function isWhole(line: string): boolean {
  return line[8] === ' ' && line.slice(0, 8) === checksum(line.slice(9));
}

function checksum(json: string): string {
  return crc32(json).toString(16).padStart(8, '0');
}

function damaged(place: string): JournalDamagedError {
  return new JournalDamagedError(`The journal ${place} is damaged, so that it is not known what was sent.`, {
    actions: [
      'See which jobs the org has: sf bulk2 job list',
      'Get what became of the rows of each: sf bulk2 job results --id JOB',
    ],
  });
}
