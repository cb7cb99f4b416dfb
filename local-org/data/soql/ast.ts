import type { Subtotals } from './grouping-sets.ts';

/** A dotted name as written, and where it starts in the query. */
export type Path = { readonly kind: 'path'; readonly names: readonly string[]; readonly at: number };

/** `COUNT(Id)`, `toLabel(Status)`, `FORMAT(MIN(Amount))`; no argument in `COUNT()`. */
export type Call = {
  readonly kind: 'call';
  readonly name: string;
  readonly argument?: Path | Call;
  readonly at: number;
};

/** A location or address field, or `GEOLOCATION(37.775, -122.418)` in degrees. */
export type Point =
  Path | { readonly kind: 'geolocation'; readonly latitude: number; readonly longitude: number };

/** `DISTANCE(Location__c, GEOLOCATION(37.775, -122.418), 'mi')` */
export type Distance = {
  readonly kind: 'distance';
  readonly points: readonly [Point, Point];
  readonly unit: 'mi' | 'km';
  readonly at: number;
};

export type Operand = Path | Call | Distance;

export type Selected =
  | ((Path | Call) & { readonly alias?: string })
  | { readonly kind: 'fields'; readonly group: string; readonly at: number }
  | { readonly kind: 'subquery'; readonly query: Query; readonly at: number }
  | TypeOf;

/** `TYPEOF What WHEN Account THEN Phone, Fax ELSE Name END` */
export type TypeOf = {
  readonly kind: 'typeof';
  readonly relationship: Path;
  readonly branches: ReadonlyArray<{ readonly object: string; readonly fields: readonly Path[] }>;
  readonly otherwise: readonly Path[];
  readonly at: number;
};

export type Literal = { readonly at: number } & (
  | { readonly kind: 'null' }
  | { readonly kind: 'boolean'; readonly value: boolean }
  | { readonly kind: 'number'; readonly value: number }
  /** Between the quotes, escapes still in place: LIKE and `=` read them differently. */
  | { readonly kind: 'string'; readonly raw: string }
  | { readonly kind: 'date' | 'datetime'; readonly text: string }
  /** `TODAY`, `LAST_N_DAYS:30` */
  | { readonly kind: 'range'; readonly name: string; readonly count: number }
);

export type Comparison = '=' | '!=' | '<' | '<=' | '>' | '>=' | 'LIKE';

type Choice = { readonly operand: Operand; readonly negated: boolean; readonly literals: readonly Literal[] };

export type Condition =
  | { readonly kind: 'and' | 'or'; readonly parts: readonly Condition[] }
  | { readonly kind: 'not'; readonly part: Condition }
  | {
      readonly kind: 'compare';
      readonly operand: Operand;
      readonly operator: Comparison;
      readonly literal: Literal;
    }
  | ({ readonly kind: 'in' } & Choice)
  | ({ readonly kind: 'includes' } & Choice)
  | {
      readonly kind: 'semijoin';
      readonly operand: Operand;
      readonly negated: boolean;
      readonly query: Query;
    };

export type Order = { readonly operand: Operand; readonly descending: boolean; readonly nullsLast: boolean };

/** `Contact c, c.Account a`: the object, and parents of it, each by a name of its own if it has one. */
export type From = {
  readonly name: string;
  readonly alias?: string;
  readonly at: number;
  readonly parents: ReadonlyArray<{ readonly path: Path; readonly alias?: string }>;
};

export type Query = {
  readonly select: readonly Selected[];
  readonly from: From;
  readonly where?: Condition;
  readonly groupBy: readonly Operand[];
  /** `GROUP BY ROLLUP (…)` and `GROUP BY CUBE (…)` */
  readonly subtotals?: Subtotals;
  readonly having?: Condition;
  readonly orderBy: readonly Order[];
  readonly limit?: number;
  readonly offset?: { readonly rows: number; readonly at: number };
};
