import { execFileSync } from 'node:child_process';
import { createReadStream } from 'node:fs';
import {
  lstat,
  mkdir,
  readdir,
  readFile,
  readlink,
  rename,
  rm,
  stat,
  symlink,
  writeFile,
} from 'node:fs/promises';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { describe, expect, test } from 'vitest';
import { UsageError } from '../../../src/lib/errors.js';
import { OutputError } from '../../../src/lib/export/sinks/errors.js';
import { accountCount, exportBench, type ExportBench } from './export-bench.ts';
import { failureOf } from '../../support/failure-of.ts';
import { needing } from '../../support/systems.ts';

/** Holds the first page's answer, so that something can happen while an export is under way. */
async function held(bench: ExportBench, plan: Parameters<ExportBench['plan']>[0]) {
  const hold = await bench.org.faults.add({
    endpoint: 'query.results',
    action: { kind: 'hold', when: 'before' },
  });
  const exported = bench.run(bench.plan(plan));
  exported.catch(() => undefined);
  await hold.hit();
  return {
    exported,
    release: async () => {
      await hold.release();
      await hold.remove();
    },
  };
}

async function jobCount(bench: ExportBench): Promise<number> {
  return (await bench.org.jobs()).length;
}

describe('a file', () => {
  needing('symlinks')(
    'that is a link stays one, and what it names is replaced and keeps its mode',
    async () => {
      const bench = await exportBench();
      await writeFile(bench.file('real.csv'), 'old', { mode: 0o640 });
      await symlink('real.csv', bench.file('link.csv'));
      await bench.run(bench.plan({ outputFile: bench.file('link.csv') }));
      expect(await readlink(bench.file('link.csv'))).toBe('real.csv');
      expect(await readFile(bench.file('real.csv'), 'utf8')).toContain('"Account 0"');
      expect((await stat(bench.file('real.csv'))).mode & 0o777).toBe(0o640);
    },
  );

  needing('symlinks')('has whatever lies beside it untouched', async () => {
    const bench = await exportBench();
    await writeFile(bench.file('mine.txt'), 'precious');
    await symlink('mine.txt', bench.file('a.csv.part'));
    await bench.run(bench.plan({ outputFile: bench.file('a.csv') }));
    expect(await readFile(bench.file('mine.txt'), 'utf8')).toBe('precious');
    expect(await bench.files()).toEqual(['a.csv', 'a.csv.part', 'mine.txt']);
  });

  test('in no folder is refused before a job is created, and nothing is left to be resumed', async () => {
    const bench = await exportBench();
    const refused = bench.run(bench.plan({ outputFile: bench.file('missing/a.csv') }));
    await expect(refused).rejects.toBeInstanceOf(UsageError);
    expect(await jobCount(bench)).toBe(0);
    expect((await bench.newestRun()).records.at(-1)?.type).toBe('done');
  });

  needing('symlinks')(
    'is refused while another export writes it by another name, and a finished one leaves nothing',
    async () => {
      const bench = await exportBench();
      await mkdir(bench.file('data'));
      await symlink('data', bench.file('other'));
      const { exported, release } = await held(bench, { outputFile: bench.file('data/a.csv') });
      const second = bench.run(bench.plan({ outputFile: bench.file('other/a.csv') }));
      await expect(second).rejects.toThrow('Another export is writing');
      await release();
      expect((await exported).rows).toBe(accountCount);
      expect(await readdir(bench.file('data'))).toEqual(['a.csv']);
    },
  );
});

describe('a folder', () => {
  test('that was filled meanwhile is refused and stays; once it is moved, a resume finishes without a request', async () => {
    const bench = await exportBench();
    const { exported, release } = await held(bench, { outputDir: bench.file('out') });
    await mkdir(bench.file('out'));
    await writeFile(bench.file('out/mine.txt'), 'precious');
    await release();
    await expect(exported).rejects.toBeInstanceOf(OutputError);
    await expect(exported).rejects.toThrow('it was filled meanwhile');
    expect(await readdir(bench.file('out'))).toEqual(['mine.txt']);
    await rm(bench.file('out'), { recursive: true });
    const before = bench.context.api.requestCount;
    expect((await bench.resume(await bench.newestRun())).rows).toBe(accountCount);
    expect(await readdir(bench.file('out'))).toContain('_manifest.json');
    expect(bench.context.api.requestCount - before).toBeLessThanOrEqual(1);
    expect(await bench.files()).toEqual(['out']);
  });

  test('that is complete and waits for its name is not thrown away for another export', async () => {
    const bench = await exportBench();
    const { exported, release } = await held(bench, { outputDir: bench.file('out') });
    await mkdir(bench.file('out'));
    await writeFile(bench.file('out/mine.txt'), 'precious');
    await release();
    await expect(exported).rejects.toThrow('it was filled meanwhile');
    await rm(bench.file('out'), { recursive: true });
    const complete = await bench.newestRun();
    const failure = await failureOf<UsageError>(bench.run(bench.plan({ outputDir: bench.file('out') })));
    expect(failure).toBeInstanceOf(UsageError);
    expect(failure.message).toContain('is complete, but it is still called');
    expect(failure.actions.join('\n')).toMatch(/job resume --id 750.*job abort --id 750/s);
    expect((await bench.resume(complete)).rows).toBe(accountCount);
    expect(await bench.files()).toEqual(['out']);
  });

  test('that is not empty is refused before a job is created', async () => {
    const bench = await exportBench();
    await mkdir(bench.file('out'));
    await writeFile(bench.file('out/mine.txt'), 'precious');
    await expect(bench.run(bench.plan({ outputDir: bench.file('out') }))).rejects.toBeInstanceOf(UsageError);
    expect(await jobCount(bench)).toBe(0);
    expect(await bench.files()).toEqual(['out']);
  });

  test('of a person with the name of a partial one stays', async () => {
    const bench = await exportBench();
    await mkdir(bench.file('out.part'));
    await writeFile(bench.file('out.part/mine.txt'), 'precious');
    await bench.run(bench.plan({ outputDir: bench.file('out') }));
    expect(await readFile(bench.file('out.part/mine.txt'), 'utf8')).toBe('precious');
  });
});

describe.each(['outputFile', 'outputDir'] as const)('stopped after the last step (%s)', (kind) => {
  /** The same run, killed before it wrote that it was done. */
  async function killedExport(bench: ExportBench): Promise<{ readonly rows: number }> {
    const { runId } = await bench.run(bench.plan({ [kind]: bench.file('out') }));
    const journal = await bench.context.store.open(runId);
    const { records } = (await bench.context.store.list()).find((each) => each.runId === runId)!;
    await journal.close();
    const cut = await bench.context.store.open(await bench.context.store.begin());
    for (const record of records.filter(({ type }) => type !== 'done')) await cut.append(record);
    await cut.close();
    return records.find((record) => record.type === 'finish')!;
  }

  test('an export is finished by a resume, and its output stays as it is', async () => {
    const bench = await exportBench();
    const { rows } = await killedExport(bench);
    const { ino } = await lstat(bench.file('out'));
    expect((await bench.resume(await bench.newestRun())).rows).toBe(rows);
    expect((await lstat(bench.file('out'))).ino).toBe(ino);
  });

  test('a resume takes nothing else for the output, and fetches it again once that is moved', async () => {
    const bench = await exportBench();
    const { rows } = await killedExport(bench);
    const [out, stale] = [bench.file('out'), bench.file('stale')];
    await rename(out, stale);
    const content = kind === 'outputFile' ? out : join(out, '_manifest.json');
    if (kind === 'outputDir') await mkdir(out);
    await writeFile(content, 'stale');
    await expect(bench.resume(await bench.newestRun())).rejects.toThrow(`${out} isn't the output`);
    expect(await readFile(content, 'utf8')).toBe('stale');
    await rm(out, { recursive: true });
    expect((await bench.resume(await bench.newestRun())).rows).toBe(rows);
    const first = async (path: string): Promise<Buffer> =>
      readFile(kind === 'outputFile' ? path : join(path, (await readdir(path)).sort()[1]!));
    expect(await first(out)).toEqual(await first(stale));
  });
});

describe('a stream', () => {
  needing('fifos')('gets the records, and stays what it is', async () => {
    const bench = await exportBench();
    const fifo = bench.file('fifo');
    execFileSync('mkfifo', [fifo]);
    const read = text(createReadStream(fifo));
    await bench.run(bench.plan({ outputFile: fifo }));
    expect((await read).trimEnd().split('\n"').length).toBeGreaterThan(accountCount);
    expect((await stat(fifo)).isFIFO()).toBe(true);
    expect(await bench.files()).toEqual(['fifo']);
  });

  needing('fifos')('cannot be resumed, and says how to get the records', async () => {
    const bench = await exportBench();
    const fifo = bench.file('fifo');
    execFileSync('mkfifo', [fifo]);
    await bench.run(bench.plan({ outputFile: fifo }), { wait: 'accepted' });
    const resumed = bench.resume(await bench.newestRun());
    await expect(resumed).rejects.toThrow("a stream, and can't be resumed");
    await expect(resumed).rejects.toMatchObject({
      actions: [expect.stringContaining('sf bulk2 job results --id 750')],
    });
  });
});
