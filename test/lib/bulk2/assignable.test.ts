import { expect, test } from 'vitest';
import { makeAssignable } from '../../../src/lib/bulk2/assignable.js';

class Inherited {
  declare bulk2: unknown;
  static {
    Object.defineProperty(this.prototype, 'bulk2', { get: () => 'old', configurable: true });
  }
}

const own = () => Object.defineProperty({}, 'bulk2', { get: () => 'old', configurable: true });

test.each([
  ['of its own', own],
  ['of its class', () => new Inherited()],
])('a property %s that can only be read can be set, and is what it was until then', (_, make) => {
  const connection = make() as { bulk2: unknown };
  expect(() => (connection.bulk2 = 'new')).toThrow(TypeError);
  makeAssignable(connection, 'bulk2');
  expect(connection.bulk2).toBe('old');
  connection.bulk2 = 'new';
  expect(connection.bulk2).toBe('new');
  expect((make() as { bulk2: unknown }).bulk2).toBe('old');
});

test('a property that can be set, cannot be changed, or is not there is left alone', () => {
  const frozen = Object.freeze(Object.defineProperty({}, 'bulk2', { get: () => 'old' }));
  for (const connection of [{ bulk2: 'plain' }, frozen, {}]) {
    const before = Object.getOwnPropertyDescriptor(connection, 'bulk2');
    makeAssignable(connection, 'bulk2');
    expect(Object.getOwnPropertyDescriptor(connection, 'bulk2')).toEqual(before);
  }
});
