import type { DescribeField } from '../../api/types.js';
import type { DescribeOf } from '../../describe/describe.js';
import { FieldIndex } from '../../describe/field-index.js';
import type { CopyMask } from '../../run/copy-mask.js';
import type { CopyObject } from '../../run/copy-record.js';
import type { CopyPlanFile, ObjectPlan } from './plan-file.js';
import { personContact } from './plan-persons.js';
import { fieldsIn } from './row-template.js';

type MaskingOrg = { readonly describeOf: DescribeOf };

/**
 * Decides how fields are masked, and finds email and phone fields that are not.
 * @param problems gets what can't be masked, and fields that aren't there
 */
export async function withMasks(
  objects: readonly CopyObject[],
  plan: CopyPlanFile,
  {
    source,
    target,
    problems,
  }: { readonly source: MaskingOrg; readonly target: MaskingOrg; readonly problems: string[] },
): Promise<CopyObject[]> {
  const masked: CopyObject[] = [];
  for (const object of objects) {
    const { object: name } = object;
    const [inSource, inTarget] = [await source.describeOf(name), await target.describeOf(name)];
    if (inSource === undefined || inTarget === undefined) continue;
    const given = plan.objects.find((each) => each.object.toLowerCase() === name.toLowerCase())?.mask ?? {};
    const masking = new ObjectMasks(object, {
      source: new FieldIndex(inSource),
      target: new FieldIndex(inTarget),
      fail: (what) => problems.push(`${name}: ${what}.`),
    });
    masked.push(masking.resolve(given));
  }
  return masked;
}

const textTypes: ReadonlySet<string> = new Set([
  ...['string', 'textarea', 'phone', 'email', 'url', 'encryptedstring', 'picklist', 'combobox'],
]);
const personalTypes: ReadonlySet<string> = new Set(['email', 'phone']);

/** Characters that 64 bits take, which tell billions of values apart, and what comes behind them. */
const leastLengths: Readonly<Partial<Record<CopyMask['kind'], number>>> = { hash: 16, email: 32 };

const nameParts = ['FirstName', 'LastName'];

type Fields = {
  readonly source: FieldIndex;
  readonly target: FieldIndex;
  readonly fail: (what: string) => void;
};

class ObjectMasks {
  readonly #object: CopyObject;
  readonly #fields: Fields;

  constructor(object: CopyObject, fields: Fields) {
    this.#object = object;
    this.#fields = fields;
  }

  resolve(given: NonNullable<ObjectPlan['mask']>): CopyObject {
    const { source, fail } = this.#fields;
    const { fields, set, match } = this.#object;
    const keys = (match?.fields ?? []).map(({ field }) => field);
    const used = [...fields, ...keys, ...Object.values(set).flatMap(fieldsIn)];
    const isUsed = (name: string): boolean => used.some((each) => each.toLowerCase() === name.toLowerCase());
    const masks: Record<string, CopyMask> = {};
    for (const [name, kind] of Object.entries(given)) {
      const field = source.field(name);
      const nearest = source.nearestField(name);
      const problem = field && this.#problemOf(field, kind);
      if (field === undefined)
        fail(
          `the source has no field "${name}"${nearest === undefined ? '' : `. Did you mean "${nearest}"`}`,
        );
      else if (problem !== undefined) fail(`${field.name} can't be masked${problem}`);
      else if (isUsed(field.name)) masks[field.name] = { kind, length: this.#lengthOf(field) };
      else
        fail(
          `${field.name} can't be masked, since it isn't copied: the mask would have no effect${inParts(field)}`,
        );
    }
    // The name of a person account is sent in its parts.
    const parts = nameParts.filter((part) => isUsed(part) && masks[part] === undefined);
    if (masks.Name !== undefined && parts.length > 0)
      fail(`the names of persons are in ${parts.join(' and ')} too, which must be masked with Name`);
    this.#requireWholeNames(isUsed, masks);
    const unmasked = used.filter((name) => {
      const field = source.field(name);
      return field !== undefined && masks[field.name] === undefined && this.#isPersonal(field);
    });
    return {
      ...this.#object,
      ...(Object.keys(masks).length === 0 ? {} : { masks }),
      ...(unmasked.length === 0 ? {} : { unmasked: [...new Set(unmasked)] }),
    };
  }

  /** The service makes the name of a person of its parts; a template may read it, and no other record has it. */
  #requireWholeNames(isUsed: (name: string) => boolean, masks: Readonly<Record<string, CopyMask>>): void {
    const name = this.#fields.source.field('Name');
    const parts = nameParts.filter((part) => masks[part] !== undefined);
    const isMade = name !== undefined && !name.createable;
    if (isMade && parts.length > 0 && masks.Name === undefined && isUsed('Name'))
      this.#fields.fail(`Name is made of ${parts.join(' and ')}, and must be masked too`);
  }

  /** Addresses and numbers; and the name of an account, where it can be a person's and becomes a business's. */
  #isPersonal({ name, type }: DescribeField): boolean {
    const { source, target } = this.#fields;
    const isOfPersons = name === 'Name' && source.field(personContact) !== undefined;
    return personalTypes.has(type) || (isOfPersons && target.field(personContact) === undefined);
  }

  #problemOf(field: DescribeField, kind: CopyMask['kind']): string | undefined {
    const { name, type } = field;
    if (type === 'id' || type === 'reference') return ': ids and lookups tell which records belong together';
    if (kind === 'clear') {
      const isNeeded =
        this.#object.fields.includes(name) && this.#fields.target.field(name)?.nillable === false;
      return isNeeded ? ' with "clear": it must have a value in the target' : undefined;
    }
    if (!textTypes.has(type)) return ` with "${kind}": it isn't a text. Use "clear"`;
    if (type === 'email' && kind !== 'email')
      return ` with "${kind}": it takes addresses only. Use "email" or "clear"`;
    const needed = leastLengths[kind];
    if (needed !== undefined && this.#lengthOf(field) < needed)
      return ` with "${kind}": it takes ${this.#lengthOf(field)} characters, and ${needed} are needed to keep different values apart. Use "text" or "clear"`;
    return undefined;
  }

  #lengthOf(field: DescribeField): number {
    const lengths = [field, this.#fields.target.field(field.name)].flatMap((each) =>
      each === undefined || each.length === 0 ? [] : [each.length],
    );
    return lengths.length === 0 ? Number.MAX_SAFE_INTEGER : Math.min(...lengths);
  }
}

/** The name of a person is made of fields of its own. */
function inParts({ name }: DescribeField): string {
  return name === 'Name' ? '. Mask FirstName and LastName instead' : '';
}
