import { stripVTControlCharacters } from 'node:util';
import { SfCommand } from '@salesforce/sf-plugins-core';
import { expect, test, vi } from 'vitest';
import { stateFolder } from '../../src/cli/org-context.js';
import { Bulk2Command } from '../../src/cli/bulk2-command.js';
import { LoadSession } from '../../src/cli/load/load-session.js';

/** Writes into its folder of unfinished work, where there is no room. */
class Full extends Bulk2Command<void> {
  public run(): Promise<void> {
    const error = new Error('ENOSPC: no space left on device, write');
    return Promise.reject(Object.assign(error, { code: 'ENOSPC', syscall: 'write' }));
  }

  public told(): Promise<unknown> {
    return this.run().catch((error: unknown) => this.catch(error as Error).catch((told: unknown) => told));
  }
}

class Silent extends Bulk2Command<void> {
  public run(): Promise<void> {
    return Promise.resolve();
  }
}

test('JSON has nothing in it that can’t be seen, and says the same', () => {
  const value = { message: 'a\u009b2J\u202eb\u2066\u061c\u200f', records: ['\u0085', 'Zürich'] };
  const printed: string[] = [];
  const write = vi
    .spyOn(process.stdout, 'write')
    .mockImplementation((text) => printed.push(String(text)) > 0);
  const log = vi.spyOn(console, 'log').mockImplementation((text) => void printed.push(String(text)));
  try {
    new Silent([], {} as never).logJson(value);
  } finally {
    write.mockRestore();
    log.mockRestore();
  }
  const text = printed.join('');
  expect(text).not.toMatch(/[^\P{Cc}\n]|\p{Bidi_Control}/u);
  expect(JSON.parse(text)).toEqual(value);
});

test('a full disk is told in words, with the folder of unfinished work where the system names no file', async () => {
  const told = await new Full([], {} as never).told();
  expect(told).toMatchObject({
    message: `Can't write to ${stateFolder()}: the disk is full.`,
    actions: ['Make room there, and try again.'],
  });
});

test('the time that a person takes to answer a question is no duration of the command', async () => {
  vi.useFakeTimers({ toFake: ['Date'] });
  const later = (ms: number): void => void vi.setSystemTime(Date.now() + ms);
  const confirm = vi.spyOn(SfCommand.prototype, 'confirm').mockImplementation(() => {
    later(60_000);
    return Promise.resolve(true);
  });
  try {
    const command = new Silent([], {} as never);
    const session = new LoadSession(command);
    later(2_000);
    expect(await command.confirm({ message: 'Go on?' })).toBe(true);
    later(500);
    expect(session.effort.elapsedMs).toBe(2_500);
    expect(command.display.progress.elapsedMs()).toBe(2_500);
  } finally {
    confirm.mockRestore();
    vi.useRealTimers();
  }
});

test('an error has one blank line before "Try this:" and none behind it', async () => {
  const written: string[] = [];
  const write = vi.spyOn(console, 'error').mockImplementation((text) => void written.push(String(text)));
  try {
    await new Full([], {} as never).told();
  } finally {
    write.mockRestore();
  }
  expect(stripVTControlCharacters(written.join('\n')).split('\n').slice(-4)).toEqual([
    `Error (DiskFullError): Can't write to ${stateFolder()}: the disk is full.`,
    '',
    'Try this:',
    'Make room there, and try again.',
  ]);
});
