import { createWriteStream } from 'node:fs';
import { once } from 'node:events';

const words = ['plain text', 'comma, inside', 'a "quoted" word', 'two\nlines', 'Grüße aus Köln', '日本語'];

const bytesPerRow = 158;

/**
 * Fills a file with `rows` accounts, about 158 bytes each, some with quotes, newlines and other scripts.
 * @param key the column of a value that no other row has
 */
export async function writeAccounts(path: string, rows: number, key = 'External_Id__c'): Promise<void> {
  const out = createWriteStream(path, { highWaterMark: 1 << 20 });
  out.write(`${key},Name,Phone,BillingCity,Description\n`);
  const padding = 'x'.repeat(Math.max(0, bytesPerRow - 72));
  let text = '';
  for (let row = 0; row < rows; row += 1) {
    const word = words[row % words.length]!.replaceAll('"', '""');
    text += `key-${row},Account ${row},+49 30 ${row},City ${row % 977},"${word} ${padding}"\n`;
    if (text.length < 1 << 20) continue;
    if (!out.write(text)) await once(out, 'drain');
    text = '';
  }
  out.end(text);
  await once(out, 'close');
}
