import type { FullField } from '../schema/full-field.ts';
import type { Store } from '../store/store.ts';
import type { Table } from '../store/table.ts';

/** What a column of the input is for: a field's own value, or a lookup found by a key of the record it points to. */
export type Target =
  | { readonly kind: 'field'; readonly column: number; readonly field: FullField }
  | {
      readonly kind: 'relationship';
      readonly column: number;
      readonly field: FullField;
      readonly parent: Table;
      readonly parentColumn: number;
    };

/** Why a header names no field, as Bulk words it after `InvalidBatch : `. */
export type HeaderProblem = { readonly problem: string };

const relationshipForm = /^(?:([^:.]+):)?([^:.]+)\.([^:.]+)$/;

function notFound(header: string): HeaderProblem {
  return { problem: `Field name not found : ${header}` };
}

/** The object that a relationship column points into, or why it cannot be told. */
function parentOf(store: Store, field: FullField, type: string | undefined): Table | HeaderProblem {
  const relationship = field.relationshipName ?? field.name;
  if (!field.polymorphicForeignKey) {
    if (type !== undefined) {
      return { problem: `type is not needed for non polymorphic foreign key references: ${relationship}` };
    }
    return (
      store.table(field.referenceTo[0] ?? '') ?? { problem: `Unable to find relationship: ${relationship}` }
    );
  }
  // The wording of these two is not known; only that such a header fails the job.
  if (type === undefined) {
    return { problem: `type is needed for polymorphic foreign key references: ${relationship}` };
  }
  const isTarget = field.referenceTo.some((name) => name.toLowerCase() === type.toLowerCase());
  return (isTarget ? store.table(type) : undefined) ?? { problem: `Unable to find object: ${type}` };
}

function resolveRelationship(store: Store, table: Table, match: RegExpExecArray): Target | HeaderProblem {
  const [header, type, relationship = '', key = ''] = match;
  const wanted = relationship.toLowerCase();
  const column = table.schema.fields.findIndex((field) => field.relationshipName?.toLowerCase() === wanted);
  if (column < 0) return { problem: `Unable to find relationship: ${relationship}` };
  const field = table.field(column);
  const parent = parentOf(store, field, type);
  if ('problem' in parent) return parent;
  const parentColumn = parent.column(key);
  if (parentColumn === undefined) return notFound(header);
  const { externalId, idLookup } = parent.field(parentColumn);
  if (!externalId && !idLookup) return notFound(header);
  return { kind: 'relationship', column, field, parent, parentColumn };
}

/**
 * Finds what a header means: `Name`, `Account.External_Id__c` or `Lead:Who.Email`, in any case
 * (Bulk API guide: Prepare CSV Files; Relationship Fields in a Header Row).
 */
export function resolveHeader(store: Store, table: Table, header: string): Target | HeaderProblem {
  const relationship = relationshipForm.exec(header);
  if (relationship !== null) return resolveRelationship(store, table, relationship);
  const column = table.column(header);
  if (column === undefined) return notFound(header);
  const field = table.field(column);
  const isCompound = field.type === 'address' || field.type === 'location';
  return isCompound ? notFound(header) : { kind: 'field', column, field };
}
