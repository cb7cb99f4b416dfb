import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { loadOrder, type LookupEdge } from '../../../src/lib/copy/order.js';
import { UsageError } from '../../../src/lib/errors.js';
import { graphObjects, hasRequiredCircle, lookupGraphs } from '../../support/lookup-graphs.ts';

const edge = (from: string, field: string, to: string, more: Partial<LookupEdge> = {}): LookupEdge => ({
  from,
  field,
  to,
  isRequired: false,
  rows: 1,
  ...more,
});

test('parents come before their children, and what does not depend on others stays where it was', () => {
  const lookups = [edge('Task', 'WhatId', 'Account'), edge('Contact', 'AccountId', 'Account')];
  expect(loadOrder(['Task', 'Lead', 'Contact', 'Account'], lookups)).toEqual({
    objects: ['Lead', 'Account', 'Task', 'Contact'],
    deferred: [],
  });
});

test('of a circle, the lookup with the fewest rows is deferred', () => {
  const main = edge('Account', 'Main_Contact__c', 'Contact', { rows: 3 });
  const parent = edge('Contact', 'AccountId', 'Account', { rows: 50 });
  expect(loadOrder(['Contact', 'Account'], [main, parent])).toEqual({
    objects: ['Account', 'Contact'],
    deferred: [main],
  });
});

test('a required lookup of a circle is never deferred', () => {
  const main = edge('Account', 'Main_Contact__c', 'Contact', { rows: 3, isRequired: true });
  const parent = edge('Contact', 'AccountId', 'Account', { rows: 50 });
  expect(loadOrder(['Contact', 'Account'], [main, parent]).deferred).toEqual([parent]);
});

test('an object that only refers to a circle waits for it, and none of its lookups is deferred', () => {
  const lookups = [
    edge('A', 'B__c', 'B'),
    edge('B', 'C__c', 'C', { rows: 10 }),
    edge('C', 'B__c', 'B', { rows: 20 }),
  ];
  const { objects, deferred } = loadOrder(['A', 'B', 'C'], lookups);
  expect(objects).toEqual(['B', 'A', 'C']);
  expect(deferred.map(({ from }) => from)).toEqual(['B']);
});

test('a circle of required lookups is refused with the fields that make it', () => {
  const lookups = [
    edge('X', 'A__c', 'A', { isRequired: true }),
    edge('A', 'B__c', 'B', { isRequired: true }),
    edge('B', 'A__c', 'A', { isRequired: true }),
  ];
  expect(() => loadOrder(['X', 'A', 'B'], lookups)).toThrow(UsageError);
  expect(() => loadOrder(['X', 'A', 'B'], lookups)).toThrow(/A\.B__c \(B\), B\.A__c \(A\)\.$/);
});

describe('any graph', () => {
  test('has each lookup satisfied or deferred, or is refused because of a required circle', () => {
    fc.assert(
      fc.property(lookupGraphs, (lookups) => {
        try {
          const { objects, deferred } = loadOrder([...graphObjects], lookups);
          expect([...objects].sort()).toEqual(graphObjects);
          for (const lookup of lookups.filter(({ from, to }) => from !== to)) {
            const isSatisfied = objects.indexOf(lookup.to) < objects.indexOf(lookup.from);
            expect(deferred.includes(lookup)).toBe(!isSatisfied);
            if (!isSatisfied) expect(lookup.isRequired).toBe(false);
          }
        } catch (error) {
          if (!(error instanceof UsageError)) throw error;
          expect(hasRequiredCircle(graphObjects, lookups)).toBe(true);
        }
      }),
    );
  });

  test('without a circle has nothing deferred', () => {
    fc.assert(
      fc.property(lookupGraphs, (graph) => {
        const lookups = graph.filter(({ from, to }) => from > to);
        expect(loadOrder([...graphObjects], lookups).deferred).toEqual([]);
      }),
    );
  });
});
