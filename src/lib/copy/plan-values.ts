import type { ObjectPlan } from './plan-file.js';
import { recordTypeKey } from './record-types.js';

type SentFields = {
  /** Sent as they are. */
  readonly fields: readonly string[];
  /** Fields of the key. */
  readonly keys: readonly string[];
  readonly hasRecordTypes: boolean;
  /** Whether the target takes a field without a value. */
  readonly canBeEmpty: (field: string) => boolean;
  readonly fail: (what: string) => void;
};

/** The values that the plan replaces, by field in the describe's spelling; undefined where it replaces none. */
export function valuesOf(
  { values = {} }: Pick<ObjectPlan, 'values'>,
  { fields, keys, hasRecordTypes, canBeEmpty, fail }: SentFields,
): Readonly<Record<string, Readonly<Record<string, string>>>> | undefined {
  const found: Record<string, Readonly<Record<string, string>>> = {};
  for (const [name, replacements] of Object.entries(values)) {
    if (name === recordTypeKey) {
      if (!hasRecordTypes) fail('"values" names record types, and RecordTypeId isn\'t sent');
      continue;
    }
    const field = fields.find((each) => each.toLowerCase() === name.toLowerCase());
    if (field === undefined) fail(`"values" takes fields that are sent as they are, and ${name} isn't one`);
    else if (keys.includes(field)) fail(`"values" can't be used for the key ${field}`);
    else if (Object.values(replacements).includes('') && !canBeEmpty(field))
      fail(
        `"values" can't clear ${field}, which must have a value in the target: name the value to send instead`,
      );
    else found[field] = replacements;
  }
  return Object.keys(found).length === 0 ? undefined : found;
}
