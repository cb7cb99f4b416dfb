// Makes the pictures and captures in docs: a load on a terminal, help, tables, and a report.
// Needs Python 3 and a Chromium or Chrome of the system.
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { format, resolveConfig } from 'prettier';
import { openChromium } from './browser.ts';
import { capturesPage } from './captures.ts';
import { openStage, type Stage } from './stage.ts';
import { animation, type Frame } from './svg.ts';
import { screenAfter, type Recording } from './terminal.ts';

const docs = join(import.meta.dirname, '..', '..', 'docs');
const pictures = join(docs, 'pictures');

await mkdir(pictures, { recursive: true });
{
  await using stage = await openStage();
  await writeFile(join(pictures, 'load.svg'), await pictureOfLoad(stage));
  await pictureReport(join(stage.folder, 'load.html'));
  const page = join(docs, 'captures.md');
  const options = await resolveConfig(page);
  await writeFile(page, await format(await capturesPage(stage), { ...options, filepath: page }));
}

async function pictureOfLoad(stage: Stage): Promise<string> {
  const flags = ['--file', 'accounts.csv', '--sobject', 'Account', '--max-rows-per-job', '5000'];
  const recording = await stage.on(100, 'bulk2', 'upsert', ...flags, '--report', 'load.html');
  const { pieces } = recording;
  const typed = `$ sf bulk2 upsert --file accounts.csv --sobject Account --report load.html\n`;
  const first: Recording = {
    ...recording,
    pieces: [{ atMs: 0, text: typed.replace('\n', '\r\n') }, ...pieces],
  };
  return animation(framesOf(first), 100);
}

/** A frame a second, and the end for long enough to be read. */
function framesOf(recording: Recording): Frame[] {
  const { pieces } = recording;
  const endMs = pieces.at(-1)?.atMs ?? 0;
  const seconds = Array.from({ length: Math.ceil(endMs / 1_000) }, (_, second) => second * 1_000);
  const frames = seconds.map((atMs) => {
    const count = pieces.filter((piece) => piece.atMs <= atMs).length;
    return { screen: screenAfter(recording, Math.max(1, count)), ms: 700 };
  });
  return [...frames, { screen: screenAfter(recording), ms: 6_000 }];
}

async function pictureReport(file: string): Promise<void> {
  const browser = await openChromium();
  try {
    const html = await readFile(file, 'utf8');
    for (const [name, width, height] of [
      ['report', 960, 1_480],
      ['report-phone', 390, 1_100],
    ] as const) {
      const page = await browser.newPage({ viewport: { width, height } });
      await page.setContent(html.replaceAll(/\/[^<]*bulk2-pictures-[^/]*/g, '/home/ada/work'));
      await page.screenshot({ path: join(pictures, `${name}.png`) });
    }
  } finally {
    await browser.close();
  }
}
