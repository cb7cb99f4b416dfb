import { Bulk2Error, type InputError } from '../errors.js';
import type { CopyStep } from '../run/copy-record.js';

/** Steps before this one have sent records: it isn't refused as the input of a load is. */
export function notLoadable({ object }: CopyStep, cause: InputError): Bulk2Error {
  const [first] = cause.problems;
  const more = cause.problems.length > 1 ? ` (and ${cause.problems.length - 1} more)` : '';
  return new Bulk2Error(
    `Records of ${object} can't be loaded: ${first?.column ?? 'a row'}: ${first?.message ?? cause.message}${more}`,
    {
      actions: [
        'Fix these records in the source, end this copy with "sf bulk2 job abort", and copy again what is not in the target yet.',
      ],
      cause,
      data: { object },
    },
  );
}
