import type { FullField } from '../schema/full-field.ts';
import type { Binder, BoundField } from './bind.ts';
import { restValue } from './rest-value.ts';

/** Makes the REST form of one thing selected, for a row. */
type Shape = (row: number) => unknown;

/** A child subquery, ready to answer for a parent's row. */
export type ChildSelection = { readonly name: string; readonly shape: Shape };

export type RecordShapeOptions = {
  readonly binder: Binder;
  readonly fields: readonly BoundField[];
  readonly children: readonly ChildSelection[];
  /** `67.0`, for the URLs in `attributes`. */
  readonly apiVersion: string;
};

type Node = { readonly field: BoundField } | { readonly relationship: Map<string, Node> };

/** Builds REST records: `attributes`, nested parents, child results (REST guide: Query). */
export class RecordShaper {
  readonly #binder: Binder;
  readonly #apiVersion: string;
  readonly #shape: (row: number) => Record<string, unknown>;

  constructor({ binder, fields, children, apiVersion }: RecordShapeOptions) {
    this.#binder = binder;
    this.#apiVersion = apiVersion;
    const root = new Map<string, Node>();
    for (const field of fields) insert(root, field.path, field);
    const shape = this.#object(root, []);
    this.#shape = (row) => {
      const record = shape(row) ?? {};
      for (const child of children) record[child.name] = child.shape(row);
      return record;
    };
  }

  record(row: number): Record<string, unknown> {
    return this.#shape(row);
  }

  #object(
    nodes: ReadonlyMap<string, Node>,
    prefix: readonly string[],
  ): (row: number) => Record<string, unknown> | null {
    const id = this.#bind([...prefix, 'Id']);
    const members: Array<readonly [string, Shape]> = [];
    for (const [name, node] of nodes) {
      members.push([
        name,
        'field' in node ? this.#leaf(node.field, prefix) : this.#object(node.relationship, [...prefix, name]),
      ]);
    }
    return (row) => {
      const recordId = id.read(row);
      if (typeof recordId !== 'string') return null;
      const type = this.#binder.store.tableOfId(recordId)?.schema.name ?? '';
      const url = `/services/data/v${this.#apiVersion}/sobjects/${type}/${recordId}`;
      const record: Record<string, unknown> = { attributes: { type, url } };
      for (const [name, shape] of members) record[name] = shape(row);
      return record;
    };
  }

  #leaf(bound: BoundField, prefix: readonly string[]): Shape {
    if (bound.type === 'address' || bound.type === 'location') return this.#compound(bound, prefix);
    if (bound.type === 'base64') return this.#blobUrl(bound, prefix);
    return (row) => restValue(bound, bound.read(row));
  }

  /** An address or a location is made of the fields that name it as their compound: null when all are empty. */
  #compound(bound: BoundField, prefix: readonly string[]): Shape {
    const [own] = bound.path.slice(-1);
    const stem = (own ?? '').replace(/(?:Address|__c)$/, '');
    const parts = this.#fieldsBeside(bound, prefix)
      .filter(({ compoundFieldName }) => compoundFieldName === own)
      .map(({ name }) => {
        const part = name.slice(stem.length).replaceAll(/^_+|__s$/g, '');
        return [part.charAt(0).toLowerCase() + part.slice(1), this.#bind([...prefix, name])] as const;
      });
    return (row) => {
      const entries = parts.map(([key, part]) => [key, part.read(row)] as const);
      return entries.every(([, value]) => value === null) ? null : Object.fromEntries(entries);
    };
  }

  #fieldsBeside({ field }: BoundField, prefix: readonly string[]): readonly FullField[] {
    if (prefix.length === 0) return this.#binder.table.schema.fields;
    const owner = this.#binder.store.schema.objects.find(({ fields }) => fields.includes(field));
    return owner?.fields ?? [];
  }

  #blobUrl(bound: BoundField, prefix: readonly string[]): Shape {
    const id = this.#bind([...prefix, 'Id']);
    return (row) => {
      const recordId = id.read(row);
      if (bound.read(row) === null || typeof recordId !== 'string') return null;
      const type = this.#binder.store.tableOfId(recordId)?.schema.name ?? '';
      return `/services/data/v${this.#apiVersion}/sobjects/${type}/${recordId}/${bound.field.name}`;
    };
  }

  #bind(names: readonly string[]): BoundField {
    return this.#binder.bind({ kind: 'path', names, at: 0 });
  }
}

function insert(nodes: Map<string, Node>, [name = '', ...rest]: readonly string[], field: BoundField): void {
  if (rest.length === 0) {
    nodes.set(name, { field });
    return;
  }
  const existing = nodes.get(name);
  const relationship =
    existing && 'relationship' in existing ? existing.relationship : new Map<string, Node>();
  nodes.set(name, { relationship });
  insert(relationship, rest, field);
}
