import type { Quirks } from '../options.ts';
import type { QueryJob } from './job.ts';

type Form = Quirks['locators'];

/** An opaque pointer to a row of a result: base64 without padding. */
export function encodeLocator(row: number, { resultId }: QueryJob, form: Form): string {
  const pointer = form === 'row' ? String(row) : `${row}:${resultId}:1`;
  return Buffer.from(pointer).toString('base64').replaceAll('=', '');
}

/** @returns undefined when it is not a pointer into this job's result */
export function decodeLocator(locator: string, job: QueryJob, form: Form): number | undefined {
  const row = Number.parseInt(Buffer.from(locator, 'base64').toString('latin1'), 10);
  return encodeLocator(row, job, form) === locator ? row : undefined;
}
