/* oxlint-disable typescript/only-throw-error -- programs do throw such values */
import { describe, expect, test } from 'vitest';
import { InputError } from '../../../src/lib/index.js';
import { openBulk } from './open-bulk.ts';

describe.each([undefined, null, 0, ''])(
  'an input that throws %j is an InputError, and nothing is sent',
  (thrown) => {
    async function* broken(first?: unknown): AsyncGenerator<object> {
      if (first !== undefined) yield await Promise.resolve(first as object);
      throw thrown;
    }
    const tells = (error: unknown) =>
      error instanceof InputError && /it threw (undefined|null|0|'')/.test(error.message);
    const inputs = {
      'at once': () => broken(),
      'after a record': () => broken({ Name: 'A' }),
      'after some CSV': () => broken('Name\nA\n'),
      'in a record': () => [
        Object.defineProperty({}, 'Name', {
          enumerable: true,
          get() {
            throw thrown;
          },
        }),
      ],
    } as const;
    const cases = Object.keys(inputs) as Array<keyof typeof inputs>;

    test.each(cases)('%s', async (when) => {
      const { org, bulk } = await openBulk();
      const options = { object: 'Account', operation: 'insert', input: inputs[when]() } as const;
      await expect(bulk.loadAndWaitForResults(options)).rejects.toSatisfy(tells);
      const load = bulk.load({ ...options, input: inputs[when]() });
      await expect(load).rejects.toSatisfy(tells);
      expect(await org.jobs()).toEqual([]);
    });
  },
);
