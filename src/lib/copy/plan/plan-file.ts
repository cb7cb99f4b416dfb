import { isUtf8Name } from '../../csv/encoding.js';
import { UsageError } from '../../errors.js';
import { readTextFile } from '../../files/read-text.js';
import { outlineSoql } from '../../soql/outline.js';
import { lookupKeys, objectKeys, ownerKeys, placesOfKeys, planKeys } from './plan-keys.js';
import { PlanReader, type PlanNode } from './plan-reader.js';
import { badFieldIn } from './row-template.js';

/** What becomes of a record whose parent is not copied: the lookup is not sent, or the record is not sent, or nothing is. */
export const missingRules = ['clear', 'hold', 'fail'] as const;
export type MissingRule = (typeof missingRules)[number];

export const copyOperations = ['insert', 'update', 'upsert', 'reference'] as const;
export type CopyOperation = (typeof copyOperations)[number];

/** A lookup, as the author of a plan wrote it. */
export type LookupPlan = {
  readonly missing?: MissingRule;
  /** The values are those of the field `by` of this object. */
  readonly of?: string;
  readonly by?: string;
};

/** What becomes of `#N/A` in a file: the field is cleared, or it is a text of its source, and the record held. */
export const nullMarks = ['clear', 'hold'] as const;

/** What is sent instead of a value that is masked. */
export const maskKinds = ['clear', 'hash', 'email', 'phone', 'name', 'text'] as const;
export type MaskKind = (typeof maskKinds)[number];

/** One object of a plan, as its author wrote it. */
export type ObjectPlan = {
  readonly object: string;
  /** A condition, without the word WHERE. */
  readonly where?: string;
  /** Lookups: only records whose parent by one of them is copied are copied. */
  readonly within?: readonly string[];
  /** Default: all that the source reads and the target writes. */
  readonly fields?: readonly string[];
  readonly except?: readonly string[];
  /** Default: `upsert` with a key, `insert` without one. */
  readonly operation?: CopyOperation;
  /** What records of the source and the target are matched by. */
  readonly key?: readonly string[];
  /** Values by field, with templates such as `${Id}`. */
  readonly set?: Readonly<Record<string, string>>;
  readonly lookups?: Readonly<Record<string, LookupPlan>>;
  /** Files to read the records from, and patterns of such; default: they are read from the source org. */
  readonly file?: readonly string[];
  /** A name of the WHATWG Encoding Standard; default: UTF-8, or what the files themselves tell. */
  readonly encoding?: string;
  /** Default: `clear`. */
  readonly nullMark?: (typeof nullMarks)[number];
  /** Fields by the columns of the files that set them; an empty one leaves the column out. */
  readonly map?: Readonly<Record<string, string>>;
  /** Values to send instead of others, by field; of `RecordType`, API names. */
  readonly values?: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** How fields are masked while they are exported. */
  readonly mask?: Readonly<Record<string, MaskKind>>;
};

/** Who gets a record whose owner isn't in the target: whoever runs the copy, or nobody, since it is held. */
export const ownerRules = ['me', 'hold'] as const;

/** A plan of `sf bulk2 copy`. */
export type CopyPlanFile = {
  readonly missing?: MissingRule;
  /** Absent: records belong to whoever runs the copy. */
  readonly owners?: { readonly else: (typeof ownerRules)[number] };
  readonly objects: readonly ObjectPlan[];
};

/**
 * Reads a plan in YAML or JSON.
 * @throws UsageError everything that is wrong with it, each with its line and column
 */
export async function readPlanFile(path: string, signal?: AbortSignal): Promise<CopyPlanFile> {
  return parsePlanFile(await readTextFile(path, signal), path);
}

/** The same of a text. @param name of the file, in messages */
export function parsePlanFile(text: string, name: string): CopyPlanFile {
  const reader = new PlanReader(text, name);
  const plan = readPlan(reader);
  reader.finish();
  return plan;
}

function readPlan(reader: PlanReader): CopyPlanFile {
  const { version, missing, owners, objects } = reader.keys(reader.root, 'a plan', planKeys, placesOfKeys);
  if (version !== undefined && reader.value(version) !== 1)
    reader.fail(version, 'This version of the command reads plans of version 1.');
  const plans: ObjectPlan[] = [];
  for (const node of reader.list(objects, 'objects')) {
    const plan = readObject(node, reader);
    if (plan === undefined) continue;
    const isKnown = plans.some((other) => other.object.toLowerCase() === plan.object.toLowerCase());
    if (isKnown) reader.fail(node, `${plan.object} is in the plan twice.`);
    plans.push(plan);
  }
  return {
    ...optional('missing', reader.choice(missing, missingRules)),
    ...optional('owners', readOwners(owners, reader)),
    objects: plans,
  };
}

function readOwners(node: PlanNode, reader: PlanReader): CopyPlanFile['owners'] {
  if (node === undefined) return undefined;
  const keys = reader.keys(node, 'owners', ownerKeys, placesOfKeys);
  reader.choice(keys.match, ['Username']);
  return { else: reader.choice(keys.else, ownerRules) ?? 'me' };
}

function readObject(node: PlanNode, reader: PlanReader): ObjectPlan | undefined {
  const keys = reader.keys(node, 'an object', objectKeys, placesOfKeys);
  const object = reader.name(keys.object);
  if (object === undefined) return undefined;
  const except = reader.names(keys.except);
  requireOneWay(keys.set, except, reader);
  if (keys.map !== undefined && keys.file === undefined)
    reader.fail(keys.map, '"map" says what columns of files set: it needs "file". From an org, use "set".');
  if (keys.nullMark !== undefined && keys.file === undefined)
    reader.fail(keys.nullMark, '"nullMark" says what #N/A in files is: it needs "file".');
  if (keys.encoding !== undefined && keys.file === undefined)
    reader.fail(keys.encoding, '"encoding" is that of files: it needs "file".');
  return {
    object,
    ...optional('where', readWhere(keys.where, reader)),
    ...optional('within', reader.names(keys.within)),
    ...optional('fields', reader.names(keys.fields)),
    ...optional('except', except),
    ...optional('operation', reader.choice(keys.operation, copyOperations)),
    ...optional('key', reader.names(keys.key)),
    ...optional(
      'set',
      reader.entries(keys.set, (value) => readTemplate(value, reader)),
    ),
    ...optional(
      'values',
      reader.entries(keys.values, (value) => reader.replacements(value)),
    ),
    ...optional(
      'mask',
      reader.entries(keys.mask, (value) => reader.choice(value ?? undefined, maskKinds)),
    ),
    ...optional(
      'lookups',
      reader.entries(keys.lookups, (value) => readLookup(value, reader)),
    ),
    ...optional('file', reader.textOrTexts(keys.file)),
    ...optional('encoding', readEncoding(keys.encoding, reader)),
    ...optional('nullMark', reader.choice(keys.nullMark, nullMarks)),
    ...optional('map', keys.map === undefined ? undefined : reader.replacements(keys.map)),
  };
}

/** A condition alone: whatever comes behind it in a query would be a part of the plan that nobody sees. */
function readWhere(node: PlanNode, reader: PlanReader): string | undefined {
  const where = reader.text(node)?.replace(/^\s*WHERE\b\s*/i, '');
  if (where === undefined) return undefined;
  if (where.trim() === '') {
    reader.fail(node, '"where" has no condition. Leave it out to copy all records.');
    return undefined;
  }
  const outline = outlineSoql(`SELECT Id FROM Account WHERE ${where}`);
  const [clause] = [...(outline?.clauses.keys() ?? [])].filter((name) => name !== 'WHERE');
  if (clause === undefined) return where;
  reader.fail(node, `"where" takes a condition alone, and this has ${clause} behind it.`);
  return undefined;
}

function readEncoding(node: PlanNode, reader: PlanReader): string | undefined {
  const name = reader.text(node);
  try {
    if (name !== undefined) isUtf8Name(name);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    reader.fail(node, error.message);
  }
  return name;
}

/** What names no field would be sent as it is written. */
function readTemplate(node: PlanNode, reader: PlanReader): string | undefined {
  const template = reader.scalarText(node);
  const bad = template === undefined ? undefined : badFieldIn(template);
  if (bad !== undefined) reader.fail(node, badTemplate(bad));
  return template;
}

function badTemplate(bad: string): string {
  return `"${bad}" names no field: write the API name of one of the record's own fields, as in \${Name}. The text "\${" itself can't be set.`;
}

/** Fails for a field that is left out and set at once. */
function requireOneWay(set: PlanNode, except: readonly string[] | undefined, reader: PlanReader): void {
  const left = new Set(except?.map((field) => field.toLowerCase()));
  for (const { key, node } of reader.keysOf(set))
    if (left.has(key.toLowerCase()))
      reader.fail(node, `${key} is in "except" and in "set": it is left out, or it is set.`);
}

function readLookup(node: PlanNode, reader: PlanReader): LookupPlan {
  const { missing, of, by } = reader.keys(node, 'a lookup', lookupKeys, placesOfKeys);
  if ((of === undefined) !== (by === undefined)) reader.fail(node, '"of" and "by" belong together.');
  return {
    ...optional('missing', reader.choice(missing, missingRules)),
    ...optional('of', reader.name(of)),
    ...optional('by', reader.name(by)),
  };
}

function optional<K extends string, T>(name: K, value: T | undefined): Partial<Record<K, T>> {
  return (value === undefined ? {} : { [name]: value }) as Partial<Record<K, T>>;
}
