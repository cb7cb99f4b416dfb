import { crc32 } from 'node:zlib';
import { isSalesforceId } from '../api/identifiers.js';
import { withoutSecrets } from '../secrets.js';
import type { JournalRecord } from './record.js';

/** Where a line belongs; lines of version 1 say nothing of it. */
export type LineStamp = {
  /** Lines of a journal are numbered from 1. */
  readonly n: number;
  /** The token of the owner that wrote it. */
  readonly by: string;
};

/** The first line of each owner but the first: from its number on, lines of all owners before are void. */
export type TakeoverRecord = {
  readonly type: 'takeover';
  /** Of the lines from here on. */
  readonly version: number;
  readonly at: string;
  readonly host: string;
  readonly pid: number;
  /** Owners that the lock was taken from since the last line: they may not have written one, and may still do so. */
  readonly displaced: readonly string[];
};

export type LineRecord = JournalRecord | TakeoverRecord;

/** A line as it was read. */
export type JournalLine = { readonly stamp: LineStamp | undefined; readonly record: LineRecord };

/**
 * One record as a line: eight hexadecimal digits of CRC-32, a space, JSON, a newline.
 * @param stamp absent: a line of version 1
 */
export function encodeLine(record: LineRecord, stamp?: LineStamp): string {
  const json = withoutSecrets(JSON.stringify({ ...stamp, ...record }));
  return `${checksum(json)} ${json}\n`;
}

/** @param line without its newline @returns undefined when it does not match its checksum, or has an id that is none */
export function decodeLine(line: string): JournalLine | undefined {
  if (!isWhole(line)) return undefined;
  const { n, by, ...record } = JSON.parse(line.slice(9)) as LineRecord & Partial<LineStamp>;
  // Ids name result files, and an id that is none could name any other file.
  if ('jobId' in record && !isSalesforceId(record.jobId)) return undefined;
  return { stamp: n === undefined || by === undefined ? undefined : { n, by }, record: record as LineRecord };
}

export function isWhole(line: string): boolean {
  return line[8] === ' ' && line.slice(0, 8) === checksum(line.slice(9));
}

function checksum(json: string): string {
  return crc32(json).toString(16).padStart(8, '0');
}
