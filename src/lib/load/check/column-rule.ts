import type { DescribeField, IngestOperation, SObjectDescribe } from '../../api/types.js';
import { booleanRule, type CellRule, textRule } from './rules.js';
import type { CheckedColumn } from './header.js';
import { dateRule, dateTimeRule, timeRule } from './date-rule.js';
import { idRule } from './id-rule.js';
import { decimalRule, intRule } from './number-rule.js';
import { picklistRule } from './picklist-rule.js';

/**
 * The rule for a column's values, or undefined when nothing can be told from describe. A parent's key is held
 * against the field of the parent.
 */
export function columnRule(
  column: CheckedColumn,
  operation: IngestOperation,
  describe: SObjectDescribe,
): CellRule | undefined {
  const field = column.byParentKey ? column.parentField : column.field;
  if (field === undefined) return undefined;
  if (field.type === 'id' && describe.keyPrefix !== null) {
    return idRule(field, { keyPrefix: describe.keyPrefix, object: describe.name });
  }
  return ruleOf(field, operation);
}

function ruleOf(field: DescribeField, operation: IngestOperation): CellRule | undefined {
  switch (field.type) {
    case 'id':
      return idRule(field);
    case 'reference':
      return field.referenceTo.some(isKnownByName) ? undefined : idRule(field);
    case 'string':
    case 'textarea':
    case 'email':
    case 'phone':
    case 'url':
    case 'combobox':
    case 'encryptedstring':
      return field.length > 0 ? textRule(field.length) : undefined;
    case 'picklist':
    case 'multipicklist':
      return isRestricted(field) ? picklistRule(field, operation) : undefined;
    case 'date':
      return dateRule;
    case 'datetime':
      return dateTimeRule;
    case 'time':
      return timeRule;
    case 'boolean':
      return booleanRule;
    case 'int':
      return intRule;
    case 'double':
    case 'currency':
    case 'percent':
      return decimalRule(field);
    default:
      return undefined;
  }
}

/** External objects and setup entities, whose references are names or foreign keys and not ids. */
function isKnownByName(object: string): boolean {
  return object.endsWith('__x') || object.endsWith('Definition');
}

function isRestricted({ restrictedPicklist = false, picklistValues = [] }: DescribeField): boolean {
  return restrictedPicklist && picklistValues.length > 0;
}
