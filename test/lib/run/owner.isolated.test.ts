import { hostname } from 'node:os';
import { expect, test, vi } from 'vitest';
import { lifeOf, thisProcess, type ProcessIdentity } from '../../../src/lib/run/owner.js';
import { deadPid } from '../../support/lock-owner.ts';
import { needing } from '../../support/systems.ts';

const self = await thisProcess();

needing('/proc')('on Linux a process is told apart by machine, namespace and start time', () => {
  const { host, ...facts } = self;
  expect(host).toBe(hostname());
  expect(facts).toMatchObject({ pid: process.pid, platform: 'linux' });
  expect(facts.boot).toMatch(/^[0-9a-f-]{36}$/);
  expect(facts.namespace).toMatch(/^pid:\[\d+\]/);
  expect(facts.startTime).toMatch(/^\d+$/);
});

needing('/proc').each<[string, Partial<ProcessIdentity>, 'alive' | 'dead' | 'unknown']>([
  ['itself', {}, 'alive'],
  ['a process beside it under another host name', { host: 'renamed' }, 'alive'],
  ['its own pid at another time', { startTime: '1' }, 'dead'],
  ['a pid that is not there', { pid: deadPid }, 'dead'],
  ['a pid that is not there, in another PID namespace', { pid: deadPid, namespace: 'pid:[1]' }, 'unknown'],
  ['its own pid in another PID namespace', { namespace: 'pid:[1]' }, 'unknown'],
  ['a pid that is not there, on another machine', { pid: deadPid, boot: 'other' }, 'unknown'],
  ['a pid that is not there, of which no more is known', { pid: deadPid, boot: undefined }, 'unknown'],
  ['a process of a system without namespaces', { pid: deadPid, platform: 'darwin' }, 'unknown'],
])('of %s (%j) a process on Linux sees that it is %s', async (_, other, life) => {
  expect(await lifeOf({ ...self, ...other }, self)).toBe(life);
});

const mac: ProcessIdentity = { host: 'mac', pid: process.pid, platform: 'darwin' };

test.each<[string, Partial<ProcessIdentity>, 'dead' | 'unknown']>([
  ['a pid that the host does not have', { pid: deadPid }, 'dead'],
  ['a pid that the host has, maybe for another process', {}, 'unknown'],
  ['a pid of another host', { pid: deadPid, host: 'other' }, 'unknown'],
  ['a pid in a Linux container with the same host name', { pid: deadPid, platform: 'linux' }, 'unknown'],
])('of %s a process on macOS or Windows sees that it is %s', async (_, other, life) => {
  expect(await lifeOf({ ...mac, ...other }, mac)).toBe(life);
});

needing('/proc')(
  'a process with the /proc of an outer namespace does not take its pids for its own',
  async () => {
    vi.resetModules();
    vi.doMock('node:fs/promises', async (importOriginal) => {
      const real = await importOriginal<typeof import('node:fs/promises')>();
      return {
        ...real,
        readFile: (path: string) =>
          path === '/proc/self/status'
            ? Promise.resolve('Name:\tnode\nNSpid:\t4711\t1\n')
            : real.readFile(path, 'utf8'),
      };
    });
    const owner = await import('../../../src/lib/run/owner.js');
    expect(await owner.lifeOf({ ...self, pid: deadPid }, self)).toBe('unknown');
    vi.doUnmock('node:fs/promises');
  },
);
