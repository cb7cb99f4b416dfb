import { createHash } from 'node:crypto';
import { mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { UsageError } from '../../../src/lib/errors.js';
import { inTurn } from '../../../src/lib/run/in-turn.js';
import { runStore } from '../../../src/lib/run/store.js';
import { dead, writeOwner } from '../../support/lock-owner.ts';
import { failureOf } from '../../support/failure-of.ts';
import { tempFolder } from '../../support/temp-folder.ts';

test('what is called the same is done one after the other, and something else meanwhile', async () => {
  const folder = await tempFolder();
  const done: string[] = [];
  const begin = Promise.withResolvers<undefined>();
  const end = Promise.withResolvers<undefined>();
  const first = inTurn('a', { store: runStore(folder) }, async () => {
    begin.resolve(undefined);
    await end.promise;
    done.push('first');
  });
  await begin.promise;
  const second = inTurn('a', { store: runStore(folder) }, () => Promise.resolve(done.push('second')));
  await inTurn('b', { store: runStore(folder) }, () => Promise.resolve(done.push('other')));
  end.resolve(undefined);
  await Promise.all([first, second]);
  expect(done).toEqual(['other', 'first', 'second']);
  expect(await readdir(join(folder, 'runs'))).toEqual([]);
});

test('nobody waits for a process that was killed', async () => {
  const folder = await tempFolder();
  await mkdir(join(folder, 'runs'));
  const name = createHash('sha256').update('a').digest('hex').slice(0, 32);
  await writeOwner(join(folder, 'runs', `begin-${name}.lock`), dead);
  expect(await inTurn('a', { store: runStore(folder) }, () => Promise.resolve('done'))).toBe('done');
});

test('whoever waits for another one does so until the deadline, and says for whom', async () => {
  const folder = await tempFolder();
  const error = await inTurn('a', { store: runStore(folder) }, () =>
    failureOf(inTurn('a', { store: runStore(folder), deadline: Date.now() }, () => Promise.resolve())),
  );
  expect(error).toBeInstanceOf(UsageError);
  expect(String(error)).toContain(`Process ${process.pid} on `);
  expect(String(error)).toContain('Nothing was sent from here.');
});

test('what fails gives its turn to others', async () => {
  const store = runStore(await tempFolder());
  await expect(inTurn('a', { store }, () => Promise.reject(new Error('no')))).rejects.toThrow('no');
  expect(await inTurn('a', { store }, () => Promise.resolve('done'))).toBe('done');
});
