import type { FullField } from '../schema/full-field.ts';
import type { Query, Selected } from './ast.ts';
import type { Binder, BoundField } from './bind.ts';
import { bindScalar } from './scalar-functions.ts';

const maxFieldsLimit = 200;
const fieldGroups: Readonly<Record<string, (field: FullField) => boolean>> = {
  ALL: () => true,
  STANDARD: ({ custom }) => !custom,
  CUSTOM: ({ custom }) => custom,
};

function expand(
  binder: Binder,
  { group, at }: Extract<Selected, { kind: 'fields' }>,
  limit = Infinity,
): BoundField[] {
  const belongs = fieldGroups[group];
  if (belongs === undefined) throw binder.fail('MALFORMED_QUERY', at, `unexpected token: '${group}'`);
  if (group !== 'STANDARD' && limit > maxFieldsLimit) {
    throw binder.fail('MALFORMED_QUERY', at, 'The SOQL FIELDS function must have a LIMIT of at most 200');
  }
  return binder.table.schema.fields
    .filter(belongs)
    .map(({ name }) => binder.bind({ kind: 'path', names: [name], at }));
}

function bindOne(binder: Binder, selected: Selected, query: Query): BoundField[] {
  switch (selected.kind) {
    case 'path':
      if (selected.alias === undefined) return [binder.bind(selected)];
      throw binder.fail('MALFORMED_QUERY', selected.at, 'only aggregate expressions use field aliasing');
    case 'call': {
      const bound = bindScalar(binder, selected);
      if ('path' in bound)
        return [selected.alias === undefined ? bound : { ...bound, path: [selected.alias] }];
      throw binder.fail('MALFORMED_QUERY', selected.at, `Field must be grouped or aggregated: ${bound.name}`);
    }
    case 'fields':
      return expand(binder, selected, query.limit);
    case 'subquery':
    case 'typeof':
      return [];
  }
}

/**
 * The fields that a query without aggregates selects. Throws `MALFORMED_QUERY` for a name that comes twice, and for a
 * field with an alias: only functions that write a field in another way take one.
 */
export function bindSelected(binder: Binder, query: Query): BoundField[] {
  const seen = new Set<string>();
  return query.select.flatMap((selected) => {
    const bounds = bindOne(binder, selected, query);
    for (const { path } of bounds) {
      const name = path.join('.');
      if (seen.has(name))
        throw binder.fail('MALFORMED_QUERY', selected.at, `duplicate field selected: ${name}`);
      seen.add(name);
    }
    return bounds;
  });
}
