import {
  OrgError,
  type Database,
  type InputRecord,
  type SaveRequest,
  type SaveResult,
} from '../../contracts.ts';

export type Cells = readonly InputRecord[];

/** Saves CSV rows: `csv(db, 'insert', 'Account', [...])`. An upsert names its key as `upsert:External_Id__c`. */
export function csv(db: Database, operation: string, object: string, records: Cells): SaveResult[] {
  const [verb, externalIdField] = operation.split(':');
  return db.save({
    operation: verb as SaveRequest['operation'],
    object,
    externalIdField,
    source: 'csv',
    records,
  });
}

/** Ids of records that must have been saved. */
export function idsOf(results: readonly SaveResult[]): string[] {
  return results.map((result) => {
    if (!result.success) throw new Error(JSON.stringify(result.errors));
    return result.id;
  });
}

/** What `sf__Error` says of a result: `CODE:message:Field1,Field2 --`, or `CODE:message:--`; "" for a success. */
export function sfError(result: SaveResult | undefined): string {
  if (result === undefined) throw new Error('There is no such result.');
  if (result.success) return '';
  return result.errors
    .map(
      ({ statusCode, message, fields }) =>
        `${statusCode}:${message}:${fields.length > 0 ? `${fields.join(',')} ` : ''}--`,
    )
    .join(' ');
}

/** The error of saving one CSV row. */
export function rowError(db: Database, operation: string, object: string, record: InputRecord): string {
  return sfError(csv(db, operation, object, [record])[0]);
}

type QueryFlags = { readonly bulk?: boolean; readonly includeDeleted?: boolean };

export function rows(
  db: Database,
  soql: string,
  { bulk = false, includeDeleted = false }: QueryFlags = {},
): unknown[][] {
  return Array.from(db.query({ soql, bulk, includeDeleted }).rows, (row) => [...row]);
}

/** The first column of a query's rows. */
export function column(db: Database, soql: string, flags: QueryFlags = {}): unknown[] {
  return rows(db, soql, flags).map(([first]) => first);
}

export function records(db: Database, soql: string): Array<Record<string, unknown>> {
  return [...db.query({ soql, bulk: false, includeDeleted: false }).records];
}

/** Code and message of the error that a query must end in. */
export function queryError(
  db: Database,
  soql: string,
  { bulk = false }: QueryFlags = {},
): { code: string; message: string } {
  try {
    db.query({ soql, bulk, includeDeleted: false });
  } catch (error) {
    if (error instanceof OrgError) return { code: error.errorCode, message: error.message };
    throw error;
  }
  throw new Error(`The query ran: ${soql}`);
}
