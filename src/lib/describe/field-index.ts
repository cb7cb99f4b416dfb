import type { DescribeField, SObjectDescribe } from '../api/types.js';
import { alike, didYouMean } from './did-you-mean.js';
import type { DescribeOf } from './describe.js';

const indexes = new WeakMap<SObjectDescribe, FieldIndex>();

/** The index of a describe, made once: a load may have a hundred thousand files, and each of them asks for it. */
export function fieldIndexOf(describe: SObjectDescribe): FieldIndex {
  let index = indexes.get(describe);
  if (index === undefined) indexes.set(describe, (index = new FieldIndex(describe)));
  return index;
}

/** Looks up an object's fields and relationships by name; like the service, it does not mind upper and lower case. */
export class FieldIndex {
  readonly describe: SObjectDescribe;
  readonly #fields = new Map<string, DescribeField>();
  readonly #relationships = new Map<string, DescribeField>();

  constructor(describe: SObjectDescribe) {
    this.describe = describe;
    for (const field of describe.fields) {
      this.#fields.set(field.name.toLowerCase(), field);
      if (field.relationshipName !== null)
        this.#relationships.set(field.relationshipName.toLowerCase(), field);
    }
  }

  field(name: string): DescribeField | undefined {
    return this.#fields.get(name.toLowerCase());
  }

  /** The fields of a label; upper and lower case and blanks around it make no difference. */
  labelled(label: string): readonly DescribeField[] {
    const wanted = label.trim().toLowerCase();
    return this.describe.fields.filter((field) => field.label.trim().toLowerCase() === wanted);
  }

  /** The lookup field behind a relationship: `AccountId` for `Account`, `Mother__c` for `Mother__r`. */
  relationship(name: string): DescribeField | undefined {
    return this.#relationships.get(name.toLowerCase());
  }

  /** The object of the child records in a list, such as `Contact` for `Contacts`. */
  children(list: string): string | undefined {
    const isCalled = (name: string | null) => name?.toLowerCase() === list.toLowerCase();
    return this.describe.childRelationships?.find(({ relationshipName }) => isCalled(relationshipName))
      ?.childSObject;
  }

  /** The field whose label is `name`, or whose name is nearest to it, or whose label is. */
  nearestField(name: string): string | undefined {
    const fields = [...this.#fields.values()];
    const labels = fields.map(({ label }) => label);
    const nearestName = () =>
      didYouMean(
        name,
        fields.map((field) => field.name),
      );
    const nearestLabel = () => didYouMean(name, labels);
    const byLabel = (label: string | undefined) => fields.find((field) => field.label === label)?.name;
    return byLabel(labels.find((label) => alike(label, name))) ?? nearestName() ?? byLabel(nearestLabel());
  }

  nearestRelationship(name: string): string | undefined {
    return didYouMean(
      name,
      [...this.#relationships.values()].flatMap((field) => field.relationshipName ?? []),
    );
  }

  /** The parts of a compound field that can be read and written one by one, such as `BillingCity`. */
  components(compound: DescribeField): string[] {
    return this.describe.fields
      .filter((field) => field.compoundFieldName === compound.name && field.name !== compound.name)
      .map((field) => field.name);
  }
}

/** The field at a path such as `Account.Owner.Name`; undefined where a parent may be of several objects. */
export async function fieldAt(
  path: string,
  root: FieldIndex,
  describeOf: DescribeOf,
): Promise<DescribeField | undefined> {
  const names = path.split('.');
  const last = names.pop() ?? '';
  let fields = root;
  for (const name of names) {
    const [parent, ...others] = fields.relationship(name)?.referenceTo ?? [];
    const describe = parent === undefined || others.length > 0 ? undefined : await describeOf(parent);
    if (describe === undefined) return undefined;
    fields = new FieldIndex(describe);
  }
  return fields.field(last);
}
