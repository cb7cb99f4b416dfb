import { OrgError, type Operation, type SObjectDescribe } from '../contracts.ts';
import { delimiters, lineEndings, type DelimiterName, type LineEndingName } from '../csv/dialect.ts';
import { fieldNamed } from '../server/field-named.ts';
import { invalidJob, invalidValue, jsonParserError } from '../server/errors.ts';
import type { World } from '../server/world.ts';
import type { IngestJob } from './job.ts';

const operations: readonly string[] = [
  'insert',
  'update',
  'upsert',
  'delete',
  'hardDelete',
] satisfies Operation[];

const properties: ReadonlySet<string> = new Set([
  'object',
  'operation',
  'externalIdFieldName',
  'columnDelimiter',
  'lineEnding',
  'contentType',
  'assignmentRuleId',
]);

type Draft = {
  readonly body: Readonly<Record<string, unknown>>;
  readonly version: number;
  readonly multipart: boolean;
};

/**
 * Opens an ingest job, if the request is one that the service would take.
 * @throws OrgError INVALIDJOB, API_ERROR, FEATURENOTENABLED
 */
export function createIngestJob(world: World, { body, version, multipart }: Draft): IngestJob {
  refuseUnknown(world, body, properties);
  const operation = chosen(body, 'operation', operations) as Operation;
  const columnDelimiter = chosen(body, 'columnDelimiter', Object.keys(delimiters), 'COMMA') as DelimiterName;
  const lineEnding = chosen(body, 'lineEnding', Object.keys(lineEndings), 'LF') as LineEndingName;
  chosen(body, 'contentType', ['CSV'], 'CSV');
  const object = world.database.find(textOf(body.object));
  if (object === undefined) throw invalidJob(`Unable to find object: ${textOf(body.object)}`);
  checkRights(world, object, operation);
  if (operation === 'hardDelete' && !world.options.quirks.hardDeleteAllowed) {
    throw new OrgError('FEATURENOTENABLED', world.options.quirks.hardDeleteText);
  }
  const assignmentRuleId = ruleOf(world, object, version, textOf(body.assignmentRuleId));
  const nowMs = Date.now();
  return world.ingestJobs.add({
    kind: 'ingest',
    id: world.newId('job'),
    operation,
    object: object.name,
    createdById: world.sessions.userId,
    createdAtMs: nowMs,
    modifiedAtMs: nowMs,
    state: 'Open',
    ...(operation === 'upsert' ? upsertKey(object, textOf(body.externalIdFieldName)) : {}),
    ...(assignmentRuleId === '' ? {} : { assignmentRuleId }),
    apiVersion: version,
    lineEnding,
    columnDelimiter,
    multipart,
    attempts: [],
    processed: 0,
    failed: 0,
    retries: 0,
    totalProcessingTimeMs: 0,
    apiActiveProcessingTimeMs: 0,
    restIsUnrecorded: false,
  });
}

const rightsByOperation: Readonly<
  Record<Operation, ReadonlyArray<'createable' | 'updateable' | 'deletable'>>
> = {
  insert: ['createable'],
  update: ['updateable'],
  upsert: ['createable', 'updateable'],
  delete: ['deletable'],
  hardDelete: ['deletable'],
};

/** @throws OrgError INVALIDJOB for an operation that the object does not take from anybody, as its describe says */
function checkRights({ options }: World, object: SObjectDescribe, operation: Operation): void {
  const rights = rightsByOperation[operation];
  if (rights.every((right) => object[right] !== false)) return;
  if (rights.includes('deletable') && options.quirks.deletesOfUndeletable === 'row-errors') return;
  throw invalidJob(`No create/update access for object:${object.name}`);
}

/** @throws OrgError JSON_PARSER_ERROR */
export function refuseUnknown(
  world: World,
  body: Readonly<Record<string, unknown>>,
  known: ReadonlySet<string>,
): void {
  if (world.options.quirks.unknownJobProperties === 'ignored') return;
  const unknown = Object.keys(body).find((name) => !known.has(name));
  if (unknown !== undefined)
    throw jsonParserError(`Unrecognized field "${unknown}", not marked as ignorable`);
}

/** @throws OrgError API_ERROR unless the property is one of the allowed words, in their exact case */
export function chosen(
  body: Readonly<Record<string, unknown>>,
  property: string,
  allowed: readonly string[],
  fallback?: string,
): string {
  const value = body[property] ?? fallback;
  const word = textOf(value);
  if (!allowed.includes(word)) throw invalidValue(word, property);
  return word;
}

export function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

type UpsertKey = Pick<IngestJob, 'externalIdFieldName' | 'externalIdField'>;

function upsertKey(object: SObjectDescribe, externalIdFieldName: string): UpsertKey {
  if (externalIdFieldName === '') {
    throw invalidJob(
      `External ID was blank for ${object.name}. An External ID must be specified for upsert.`,
    );
  }
  const field = fieldNamed(object, externalIdFieldName);
  if (field === undefined || (field.name !== 'Id' && !field.externalId && !field.idLookup)) {
    throw invalidJob(
      `Field name provided, ${externalIdFieldName} does not match an External ID for ${object.name}`,
    );
  }
  return { externalIdFieldName, externalIdField: field.name };
}

/** The assignment rule that the job will apply: of objects whose schema file says `"assignmentRules": true`, from v49 on. */
function ruleOf(world: World, object: SObjectDescribe, version: number, assignmentRuleId: string): string {
  if (version < 49 || object.assignmentRules === true || assignmentRuleId === '') {
    return version < 49 ? '' : assignmentRuleId;
  }
  if (world.options.quirks.assignmentRuleElsewhere === 'ignored') return '';
  throw invalidJob(`Assignment rules are not supported for ${object.name}`);
}
