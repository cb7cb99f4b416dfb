import { digitValues, encodeNumber, idSuffix, keyPrefixLength, podLength, radix, suffixChar } from './ids.ts';

const counterStart = keyPrefixLength + podLength;
const bodyLength = 15;
const tailLength = 5;
/** Ids of one block differ only in their last five characters and in the last character of the suffix. */
const blockSize = radix ** tailLength;

/** The ids that new records of an object get, in ascending string order: `001Lo0000000001IAA`, `…02IAA`. */
export class MintedIds {
  readonly #stem: string;
  #block = -1;
  #head = '';
  #suffix = '';

  /** @param stem the key prefix and the org's pod */
  constructor(stem: string) {
    this.#stem = stem;
  }

  id(n: number): string {
    const block = Math.floor(n / blockSize);
    if (block !== this.#block) this.#enter(block);
    const tail = encodeNumber(n % blockSize, tailLength);
    return this.#head + tail + this.#suffix + suffixChar(tail, 0);
  }

  /** The number behind an 18-character id; undefined for an id that this object's counter does not give. */
  number(id: string): number | undefined {
    if (!id.startsWith(this.#stem)) return undefined;
    let n = 0;
    for (let at = counterStart; at < bodyLength; at += 1)
      n = n * radix + (digitValues[id.charCodeAt(at)] ?? 0);
    return n;
  }

  #enter(block: number): void {
    this.#block = block;
    this.#head = this.#stem + encodeNumber(block, bodyLength - tailLength - counterStart);
    this.#suffix = idSuffix(this.#head.padEnd(bodyLength, '0')).slice(0, 2);
  }
}
