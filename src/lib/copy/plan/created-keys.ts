import type { DescribeField } from '../../api/types.js';
import type { FieldIndex } from '../../describe/field-index.js';
import { keyFieldsOf, type ResolvedKey } from './resolve-key.js';

type SentFields = {
  readonly source: FieldIndex;
  readonly target: FieldIndex;
  /** Their names. */
  readonly sent: readonly string[];
};

/**
 * What is wrong with the key of an object of which records are created: they have to get the key of their source, or the next
 * copy doesn't find them again, and creates them once more, or takes another record for them. `Id` is a key all the same: no other
 * record has it, and who copies again is told to name the results of the copy before.
 */
export function createdKeyProblems(key: ResolvedKey, fields: SentFields): string[] {
  const names = key.key === undefined ? keyFieldsOf(key) : [key.key.field];
  const given = new GivenFields(fields);
  return names.flatMap((name) => {
    const field = fields.target.field(name);
    // Lookups of a key are refused on their own where they aren't followed.
    if (field === undefined || field.type === 'id' || field.type === 'reference') return [];
    const why = given.whyNot(field);
    return why === undefined ? [] : `the key ${name} ${why}${again}`;
  });
}

const again =
  ': the next copy would create the same records again. Use another key, or "operation: update" or "reference"';

/** Tells of fields whether a new record gets the values of its source: they are sent, or made of others that are. */
class GivenFields {
  readonly #source: FieldIndex;
  readonly #target: FieldIndex;
  readonly #sent: ReadonlySet<string>;
  /** Fields that were looked at; they may be made of each other. */
  readonly #seen = new Set<string>();

  constructor({ source, target, sent }: SentFields) {
    this.#source = source;
    this.#target = target;
    this.#sent = new Set(sent.map((name) => name.toLowerCase()));
  }

  whyNot(field: DescribeField): string | undefined {
    const { name, type, createable, autoNumber, custom, calculated } = field;
    if (this.#sent.has(name.toLowerCase()) || this.#seen.has(name)) return undefined;
    this.#seen.add(name);
    if (createable) return "isn't among the fields that are sent";
    if (autoNumber === true || type === 'id' || type === 'reference' || auditFields.has(name))
      return 'has other values in each org';
    for (const part of [...this.#partsOf(field), ...this.#namedIn(field)]) {
      const why = this.whyNot(part);
      if (why !== undefined) return `is made of ${part.name}, which ${why}`;
    }
    // What the org fills in standard fields follows from others.
    return custom && calculated !== true ? "can't be written in the target" : undefined;
  }

  /** Of a name: those that the source has. */
  #partsOf(field: DescribeField): DescribeField[] {
    const parts = this.#target.components(field).filter((name) => name !== 'Salutation');
    return parts.flatMap((name) => (this.#source.field(name) && this.#target.field(name)) ?? []);
  }

  /** The fields of the object that a formula reads, and the lookups by which it reads those of parents. */
  #namedIn({ calculatedFormula }: DescribeField): DescribeField[] {
    const bare = (calculatedFormula ?? '').replaceAll(textsAndComments, ' ');
    return [...bare.matchAll(words)].flatMap(([, name = '', next]) => {
      if (next === '(') return [];
      return (next === '.' ? this.#target.relationship(name) : this.#target.field(name)) ?? [];
    });
  }
}

const textsAndComments = /"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|\/\*.*?\*\//gs;
/** Of fields, relationships and functions, with what follows; none that is behind a dot, or of a global such as `$User`. */
const words = /(?<![\w.$])([A-Za-z]\w*)\s*([.(])?/g;

const auditFields: ReadonlySet<string> = new Set([
  'CreatedDate',
  'LastModifiedDate',
  'SystemModstamp',
  'LastActivityDate',
  'LastViewedDate',
  'LastReferencedDate',
]);
