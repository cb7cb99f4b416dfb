import { idSuffix, suffixChar } from './ids.ts';

const digits = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const radix = digits.length;
const counterStart = 7;
const bodyLength = 15;
const tailLength = 5;
/** Ids of one block differ only in their last five characters and in the last character of the suffix. */
const blockSize = radix ** tailLength;

const valueByCode = new Int8Array(128).fill(-1);
for (let value = 0; value < radix; value += 1) valueByCode[digits.charCodeAt(value)] = value;

function encode(n: number, length: number): string {
  let text = '';
  for (let rest = n; text.length < length; rest = Math.floor(rest / radix))
    text = digits.charAt(rest % radix) + text;
  return text;
}

/** The ids that new records of an object get, in ascending string order: `001Lo0000000001IAA`, `…02IAA`. */
export class MintedIds {
  readonly #stem: string;
  #block = -1;
  #head = '';
  #suffix = '';

  constructor(keyPrefix: string) {
    this.#stem = `${keyPrefix}Lo00`;
  }

  id(n: number): string {
    const block = Math.floor(n / blockSize);
    if (block !== this.#block) this.#enter(block);
    const tail = encode(n % blockSize, tailLength);
    return this.#head + tail + this.#suffix + suffixChar(tail, 0);
  }

  /** The number behind an 18-character id; undefined for an id that this object's counter does not give. */
  number(id: string): number | undefined {
    if (!id.startsWith(this.#stem)) return undefined;
    let n = 0;
    for (let at = counterStart; at < bodyLength; at += 1)
      n = n * radix + (valueByCode[id.charCodeAt(at)] ?? 0);
    return n;
  }

  #enter(block: number): void {
    this.#block = block;
    this.#head = this.#stem + encode(block, bodyLength - tailLength - counterStart);
    this.#suffix = idSuffix(this.#head.padEnd(bodyLength, '0')).slice(0, 2);
  }
}
