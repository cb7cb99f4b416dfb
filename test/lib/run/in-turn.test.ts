import { createHash } from 'node:crypto';
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { UsageError } from '../../../src/lib/errors.js';
import { RunLockedError } from '../../../src/lib/run/errors.js';
import { inTurn } from '../../../src/lib/run/in-turn.js';
import { runStore } from '../../../src/lib/run/store.js';
import { dead, writeOwner } from '../../support/lock-owner.ts';
import { failureOf } from '../../support/failure-of.ts';
import { tempFolder } from '../../support/temp-folder.ts';

const short = { lookMs: 1, stuckMs: 5, leastMs: 1 };

function lockedBy(pid: number): RunLockedError {
  return new RunLockedError('held', { data: { host: 'host', pid }, ownerLives: true });
}

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
    failureOf(inTurn('a', { store: runStore(folder), deadline: Date.now() }, () => Promise.resolve(), short)),
  );
  expect(error).toBeInstanceOf(UsageError);
  expect(String(error)).toContain(`Process ${process.pid} on `);
  expect(String(error)).toContain('Nothing was sent from here.');
});

test('a wait of 0 is one for the org: what another process does for a moment is waited for', async () => {
  const store = runStore(await tempFolder());
  const begin = Promise.withResolvers<undefined>();
  const looked = Promise.withResolvers<undefined>();
  const first = inTurn('a', { store }, async () => {
    begin.resolve(undefined);
    await looked.promise;
  });
  await begin.promise;
  let looks = 0;
  const lockBeginning: typeof store.lockBeginning = (...args) => {
    if (++looks === 3) looked.resolve(undefined);
    return store.lockBeginning(...args);
  };
  const second = inTurn('a', { store: { ...store, lockBeginning }, deadline: Date.now() }, () =>
    Promise.resolve('done'),
  );
  expect(await second).toBe('done');
  await first;
});

test('whoever comes after many others waits as long as these get on', async () => {
  const store = runStore(await tempFolder());
  let holders = 0;
  const lockBeginning: typeof store.lockBeginning = (...args) => {
    if (holders === 20) return store.lockBeginning(...args);
    holders += 1;
    return Promise.reject(lockedBy(holders));
  };
  const busy = { store: { ...store, lockBeginning } };
  expect(await inTurn('a', busy, () => Promise.resolve('done'), short)).toBe('done');
});

test('whoever has its turn for too long is not waited for', async () => {
  const store = runStore(await tempFolder());
  const lockBeginning = () => Promise.reject(lockedBy(1));
  const stuck = inTurn('a', { store: { ...store, lockBeginning } }, () => Promise.resolve('done'), short);
  expect(String(await failureOf(stuck))).toContain('Process 1 on host is about to begin');
});

test('what cannot be seen from here is not waited for any longer than the rest', async () => {
  const folder = await tempFolder();
  await mkdir(join(folder, 'runs'));
  const name = createHash('sha256').update('a').digest('hex').slice(0, 32);
  await writeFile(join(folder, 'runs', `begin-${name}.lock`), '');
  const unknown = { store: runStore(folder), deadline: Date.now() };
  const error = await failureOf(inTurn('a', unknown, () => Promise.resolve('done'), short));
  expect(error).toBeInstanceOf(UsageError);
  expect(String(error)).toContain('Nothing was sent from here.');
});

test('what fails gives its turn to others', async () => {
  const store = runStore(await tempFolder());
  await expect(inTurn('a', { store }, () => Promise.reject(new Error('no')))).rejects.toThrow('no');
  expect(await inTurn('a', { store }, () => Promise.resolve('done'))).toBe('done');
});
