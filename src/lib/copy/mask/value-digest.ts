import { hash } from 'node:crypto';

const blockBytes = 64;
const digestBytes = 32;

/**
 * Makes HMACs with SHA-256 (RFC 2104) of one text after the other. `createHmac` sets itself up anew for each of them,
 * which takes six times as long as the work.
 */
export function valueDigest(key: Buffer): (text: string) => Buffer {
  const block = Buffer.alloc(blockBytes);
  (key.length > blockBytes ? hash('sha256', key, 'buffer') : key).copy(block);
  const inner = block.map((byte) => byte ^ 0x36);
  const outer = Buffer.concat([block.map((byte) => byte ^ 0x5c), Buffer.alloc(digestBytes)]);
  return (text) => {
    hash('sha256', Buffer.concat([inner, Buffer.from(text)]), 'buffer').copy(outer, blockBytes);
    return hash('sha256', outer, 'buffer');
  };
}
