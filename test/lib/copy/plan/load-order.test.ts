import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { loadOrder, type LookupEdge } from '../../../../src/lib/copy/plan/load-order.js';
import { UsageError } from '../../../../src/lib/errors.js';
import { graphObjects, hasRequiredCircle, lookupGraphs } from '../../../support/lookup-graphs.ts';

const edge = (from: string, field: string, to: string, more: Partial<LookupEdge> = {}): LookupEdge => ({
  from,
  field,
  to,
  isRequired: false,
  ...more,
});

test('parents come before their children, and what does not depend on others stays where it was', () => {
  const lookups = [edge('Task', 'WhatId', 'Account'), edge('Contact', 'AccountId', 'Account')];
  expect(loadOrder(['Task', 'Lead', 'Contact', 'Account'], lookups)).toEqual({
    objects: ['Lead', 'Account', 'Task', 'Contact'],
    deferred: [],
  });
});

describe('of a circle', () => {
  const deferredOf = (lookups: readonly LookupEdge[]): string[] => {
    const objects = [...new Set(lookups.flatMap(({ from, to }) => [from, to]))];
    return loadOrder(objects, lookups).deferred.map(({ from, field }) => `${from}.${field}`);
  };

  test('the object with the fewest lookups that have to wait comes first', () => {
    const lookups = [edge('A', 'First__c', 'B'), edge('A', 'Second__c', 'B'), edge('B', 'A__c', 'A')];
    expect(deferredOf(lookups)).toEqual(['B.A__c']);
  });

  test('a lookup to several objects waits once', () => {
    const lookups = [
      edge('A', 'Any__c', 'B'),
      edge('A', 'Any__c', 'C'),
      edge('B', 'First__c', 'A'),
      edge('B', 'Second__c', 'A'),
      edge('C', 'First__c', 'A'),
      edge('C', 'Second__c', 'A'),
    ];
    expect(deferredOf(lookups)).toEqual(['A.Any__c', 'A.Any__c']);
  });

  test('the object that most lookups refer to comes first where as many wait', () => {
    const lookups = [
      edge('A', 'Z__c', 'Z'),
      edge('B', 'Any__c', 'Z'),
      edge('B', 'Any__c', 'A'),
      edge('Z', 'B__c', 'B'),
    ];
    expect(deferredOf(lookups)).toEqual(['Z.B__c']);
  });

  test('the first one by its name comes first where nothing else tells them apart', () => {
    const lookups = [edge('Contact', 'AccountId', 'Account'), edge('Account', 'Main_Contact__c', 'Contact')];
    expect(deferredOf(lookups)).toEqual(['Account.Main_Contact__c']);
  });
});

test('a required lookup of a circle is never deferred', () => {
  const main = edge('Account', 'Main_Contact__c', 'Contact', { isRequired: true });
  const parent = edge('Contact', 'AccountId', 'Account');
  expect(loadOrder(['Contact', 'Account'], [main, parent]).deferred).toEqual([parent]);
});

test('an object that only refers to a circle waits for it, and none of its lookups is deferred', () => {
  const lookups = [edge('A', 'B__c', 'B'), edge('B', 'C__c', 'C'), edge('C', 'B__c', 'B')];
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

  test('has the same lookups deferred in whatever order its objects are named', () => {
    const named = fc.shuffledSubarray([...graphObjects], { minLength: graphObjects.length });
    const toldBy = (objects: readonly string[], lookups: readonly LookupEdge[]): string => {
      try {
        return loadOrder(objects, lookups)
          .deferred.map(({ field }) => field)
          .sort()
          .join();
      } catch {
        return 'refused';
      }
    };
    fc.assert(
      fc.property(lookupGraphs, named, (lookups, objects) => {
        expect(toldBy(objects, lookups)).toBe(toldBy(graphObjects, lookups));
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

test('a circle that only "within" closes is told as that', () => {
  const lookups = [
    edge('A', 'B__c', 'B', { isRequired: true, selects: true }),
    edge('B', 'A__c', 'A', { isRequired: true }),
  ];
  const refusal = failureOfCall(() => loadOrder(['A', 'B'], lookups));
  expect(refusal.message).toContain('A.B__c (B), B.A__c (A)');
  expect(refusal.actions).toEqual(['Take one of these lookups out of "within": A.B__c.']);
});

function failureOfCall(call: () => unknown): UsageError {
  try {
    call();
  } catch (error) {
    if (error instanceof UsageError) return error;
  }
  throw new Error('It was not refused.');
}
