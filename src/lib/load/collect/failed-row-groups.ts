import { createReadStream } from 'node:fs';
import { ErrorGroups, type ErrorGroup } from './error-groups.js';
import { countErrorsAgain } from './failed-sample.js';

/** Groups the rows of a load's file of failed records by their errors, worst first. */
export async function failedRowGroups(path: string, delimiter: string): Promise<readonly ErrorGroup[]> {
  const groups = new ErrorGroups();
  await countErrorsAgain(createReadStream(path) as AsyncIterable<Buffer>, delimiter, groups);
  return groups.report();
}
