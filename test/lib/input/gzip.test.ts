import { gunzipSync, gzipSync } from 'node:zlib';

import { describe, expect, it } from 'vitest';

import { InputError } from '../../../src/lib/errors.js';
import { gunzip, gzip } from '../../../src/lib/input/gzip.js';
import { gather, singleBytes } from '../output/support.ts';

const text = Buffer.from('"Id","Name"\n'.repeat(1000));

async function unzip(chunks: Buffer[]): Promise<Buffer> {
  return Buffer.concat(await gather(gunzip(chunks, 'in.csv.gz')));
}

describe('gzip', () => {
  it('makes a member that decompresses to what went in', async () => {
    const zipped = Buffer.concat(await gather(gzip([text.subarray(0, 100), text.subarray(100)])));
    expect(zipped.length).toBeLessThan(text.length / 10);
    expect(gunzipSync(zipped).equals(text)).toBe(true);
  });

  it('makes members that can stand one after another', async () => {
    const pages = await Promise.all([
      gather(gzip([text])),
      gather(gzip([])),
      gather(gzip([Buffer.from('end')])),
    ]);
    expect(gunzipSync(Buffer.concat(pages.flat())).toString()).toBe(`${text.toString()}end`);
  });

  it('fails as its input fails', async () => {
    async function* broken(): AsyncGenerator<Buffer> {
      yield text;
      await Promise.reject(new Error('disk gone'));
    }
    await expect(gather(gzip(broken()))).rejects.toThrow('disk gone');
  });
});

describe('gunzip', () => {
  it('decompresses members one after another, whatever the chunks', async () => {
    const zipped = Buffer.concat([gzipSync('one\n'), gzipSync('two\n')]);
    expect((await unzip(singleBytes(zipped))).toString()).toBe('one\ntwo\n');
  });

  it('refuses data that stop before their end, at every length', async () => {
    const zipped = gzipSync('"Id"\n"001"\n');
    for (let length = 1; length < zipped.length; length++) {
      const error = await unzip([zipped.subarray(0, length)]).catch((caught: unknown) => caught);
      expect(error, `${length} bytes`).toBeInstanceOf(InputError);
      expect((error as InputError).message).toBe('in.csv.gz: The gzip file is truncated.');
    }
  });

  it('refuses damaged data', async () => {
    const zipped = gzipSync(text);
    zipped[zipped.length - 6]! ^= 0xff;
    await expect(unzip([zipped])).rejects.toThrow('in.csv.gz: The gzip data are damaged.');
  });

  it('passes on errors of the input itself', async () => {
    async function* missing(): AsyncGenerator<Buffer> {
      yield gzipSync('x').subarray(0, 5);
      await Promise.reject(Object.assign(new Error('gone'), { code: 'EIO' }));
    }
    await expect(gather(gunzip(missing(), 'in.gz'))).rejects.toThrow('gone');
  });

  it('ends quietly when its reader has had enough', async () => {
    for await (const chunk of gunzip([gzipSync(text), gzipSync(text)], 'in.gz')) {
      expect(chunk.length).toBeGreaterThan(0);
      break;
    }
  });
});
