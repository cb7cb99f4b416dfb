import type { DescribeField } from '../../api/types.js';
import type { CopyObject } from '../../run/copy-record.js';
import type { ObjectPlan } from './plan-file.js';
import { recordTypeKey } from './record-types.js';

type SentFields = {
  /** Sent as they are. */
  readonly fields: readonly string[];
  /** Fields of the key. */
  readonly keys: readonly string[];
  readonly hasRecordTypes: boolean;
  /** What both orgs say of a field. */
  readonly describesOf: (field: string) => ReadonlyArray<DescribeField | undefined>;
  /** Whether the target takes a field without a value. */
  readonly canBeEmpty: (field: string) => boolean;
  readonly fail: (what: string) => void;
};

/** The values that the plan replaces, by field in the describe's spelling, and which fields hold several; absent where it replaces none. */
export function valuesOf(
  { values = {} }: Pick<ObjectPlan, 'values'>,
  { fields, keys, hasRecordTypes, canBeEmpty, describesOf, fail }: SentFields,
): Pick<CopyObject, 'values' | 'choices'> {
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
  const names = Object.keys(found);
  const choices = names.filter((name) => describesOf(name).some((field) => field?.type === 'multipicklist'));
  return names.length === 0 ? {} : { values: found, choices };
}
