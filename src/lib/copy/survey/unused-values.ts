import { cellText } from '../../csv/cells.js';
import type { CopyObject } from '../../run/copy-record.js';
import { sourceKey } from '../match/by-name.js';
import { recordTypeKey } from '../plan/record-types.js';
import type { ExportedRecords } from '../source/exported-records.js';

const recordTypeField = 'RecordTypeId';

/** Values of a field that the plan replaces, and that no record has. */
type Unused = { readonly field: string; readonly values: ReadonlySet<string> };

/**
 * Tells of values that the plan replaces and no record has: a typo, or another case. Of some records of an object, nobody expects
 * all of them.
 * @returns undefined where there is nothing to tell
 */
export async function unusedValuesText(
  planned: CopyObject,
  exported: ExportedRecords,
): Promise<string | undefined> {
  const { object, soql, values = {} } = planned;
  const types = planned.recordTypes?.some(({ isRenamed }) => isRenamed) === true;
  const isOfAll = !/ WHERE /i.test(soql) && exported.rows > 0;
  if (!isOfAll || (Object.keys(values).length === 0 && !types)) return undefined;
  const unused = (await unusedValues(planned, exported)).filter((each) => each.values.size > 0);
  if (unused.length === 0) return undefined;
  const told = unused.map(fieldText).join('; ');
  return `No record of ${object} has these of the values that the plan replaces: ${told}. Upper and lower case count.`;
}

async function unusedValues(planned: CopyObject, exported: ExportedRecords): Promise<Unused[]> {
  const { values = {}, choices, recordTypes = [] } = planned;
  const renamed = recordTypes.filter(({ isRenamed }) => isRenamed);
  const types = new Map(renamed.map(({ id, name }) => [sourceKey(planned, id), name]));
  const typeCell = exported.indexOf(recordTypeField);
  const fields = Object.entries(values).map(([field, replaced]) => ({
    field,
    cell: exported.indexOf(field),
    hasChoices: choices?.includes(field) === true,
    values: new Set(Object.keys(replaced)),
  }));
  await exported.scan((record) => {
    if (types.size > 0) types.delete(sourceKey(planned, cellText(record, typeCell)));
    for (const { cell, hasChoices, values: left } of fields) {
      if (left.size === 0) continue;
      const value = cellText(record, cell);
      left.delete(value);
      if (hasChoices) for (const choice of value.split(';')) left.delete(choice);
    }
  });
  return [...fields, { field: recordTypeKey, values: new Set(types.values()) }];
}

function fieldText({ field, values }: Unused): string {
  const shown = [...values].slice(0, mostShown).map((value) => `"${value}"`);
  const more = values.size > mostShown ? ` (and ${values.size - mostShown} more)` : '';
  return `${field} ${shown.join(', ')}${more}`;
}

const mostShown = 5;
