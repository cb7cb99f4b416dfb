import type { Conversion } from '../../formats/conversion.js';
import { show, type CellFault } from './rules.js';

/** Why a value can't be converted; undefined where it can. */
export function conversionFault(value: string, conversion: Conversion): CellFault | undefined {
  const doubt = conversion.doubtOf(value);
  if (doubt !== undefined) {
    const { written, typed, way } = doubt;
    const message = `In a result file, ${show(value)} is ${written} if the load has converted it, and else ${typed}. ${way}.`;
    return { code: 'AMBIGUOUS_VALUE', message };
  }
  if (conversion.convert(value) !== undefined) return undefined;
  const readings = conversion.readingsOf(value);
  if (readings !== undefined) {
    const message = `${show(value)} can be ${readings}. Load the rows of each form by themselves, with that --date-format alone.`;
    return { code: 'BAD_FORMAT', message };
  }
  return { code: 'BAD_FORMAT', message: `${show(value)} is not ${conversion.wanted}.` };
}
