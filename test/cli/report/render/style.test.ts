import { expect, test } from 'vitest';
import { style } from '../../../../src/cli/report/render/style.js';

// What can be said of a layout without a browser: what the sheet asks for. It is not what a browser makes of it.

const css = style.text;

/** What stands in the block of an at-rule, such as `@media print`, however often there is one. */
function blocksOf(rule: string): string[] {
  return css
    .split(`${rule} {`)
    .slice(1)
    .map((rest) => {
      let depth = 1;
      let end = 0;
      for (; depth > 0; end++) depth += rest[end] === '{' ? 1 : rest[end] === '}' ? -1 : 0;
      return rest.slice(0, end - 1);
    });
}

type Palette = ReadonlyMap<string, string>;

function paletteOf(text: string): Palette {
  const root = /:root \{([^}]*)\}/.exec(text)?.[1] ?? '';
  return new Map([...root.matchAll(/--([\w-]+): (#\w+)/g)].map(([, name = '', value = '']) => [name, value]));
}

/** By WCAG 2.2, relative luminance. */
function luminance(colour: string): number {
  const short = /^#(.)(.)(.)$/.exec(colour);
  const hex =
    short === null
      ? colour.slice(1)
      : short
          .slice(1)
          .map((digit) => digit + digit)
          .join('');
  const [red = 0, green = 0, blue = 0] = [0, 2, 4]
    .map((at) => Number.parseInt(hex.slice(at, at + 2), 16) / 255)
    .map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function contrast(palette: Palette, text: string, ground: string): number {
  const [low = 0, high = 0] = [text, ground]
    .map((name) => luminance(palette.get(name) ?? ''))
    .sort((a, b) => a - b);
  return (high + 0.05) / (low + 0.05);
}

const moods = ['good', 'mixed', 'bad', 'open'];
const pairs = [
  ...['text', 'quiet', ...moods].map((text) => [text, 'sheet'] as const),
  ...moods.map((mood) => [mood, `${mood}-soft`] as const),
  ['text', 'bad-soft'] as const,
  ['text', 'well'] as const,
  ['quiet', 'ground'] as const,
];
const dark = '@media (prefers-color-scheme: dark)';
const palettes: ReadonlyArray<readonly [string, Palette]> = [
  ['light', paletteOf(css)],
  ['dark', paletteOf(blocksOf(dark).join(''))],
  ['on paper', paletteOf(blocksOf('@media print').join(''))],
];

test.each(palettes)('%s, every text has a contrast of 4.5 to 1 or more', (_, palette) => {
  expect([...palette.keys()]).toEqual([...palettes[0]![1].keys()]);
  const weak = pairs.filter(([text, ground]) => !(contrast(palette, text, ground) >= 4.5));
  expect(weak).toEqual([]);
});

test('paper has its own colours after those of the dark, and so does not come out black', () => {
  expect(css.indexOf('@media print')).toBeGreaterThan(css.indexOf(dark));
});

test('every colour that the sheet uses is one of a palette, in light and in dark', () => {
  const used = new Set([...css.matchAll(/var\(--([\w-]+)\)/g)].map(([, name]) => name));
  for (const [, palette] of palettes) expect([...palette.keys()]).toEqual(expect.arrayContaining([...used]));
  const outside = css.replaceAll(/:root \{[^}]*\}/g, '');
  expect(outside).not.toMatch(/#[0-9a-f]{3,8}\b|rgb|hsl/i);
});

test('nothing asks for more width than a phone of 390 px has inside a section', () => {
  const [phone = ''] = blocksOf('@media (max-width: 40rem)');
  const padding = (selector: string): number =>
    Number(new RegExp(`\\n  ${selector} \\{ padding: (?:[\\d.]+rem )?([\\d.]+)rem`).exec(phone)?.[1]);
  const room = 390 - 2 * 16 * (padding('main') + padding('header, section')) - 2;
  expect(room).toBeGreaterThan(300);
  const asked = /(?:(?<!max-)\bwidth: |minmax\((?:min\()?|fit-content\()([\d.]+)(rem|px)/g;
  const widths = [...css.matchAll(asked)].map(([, size, unit]) => Number(size) * (unit === 'rem' ? 16 : 1));
  expect(widths.length).toBeGreaterThan(4);
  expect(Math.max(...widths)).toBeLessThan(room);
});

test('on a phone the rows and the values of a table stand one below the other, with the titles of their columns', () => {
  const [phone = ''] = blocksOf('@media (max-width: 40rem)');
  expect(phone).toContain('table, tbody, tr, th, td { display: block; }');
  expect(phone).toContain("content: attr(data-title) / ''");
});

test('where a table is one, its columns are as wide as their longest word, and its box scrolls', () => {
  const phone = blocksOf('@media (max-width: 40rem)');
  const screen = [...phone, ...blocksOf('@media print')].reduce(
    (text, block) => text.replace(block, ''),
    css,
  );
  expect(screen).toMatch(/\nth, td \{[^}]*overflow-wrap: break-word;/);
  expect(screen).toContain('.scroll { overflow-x: auto; }');
});

test('what a reader would have to open is open on paper, and nothing scrolls there', () => {
  const paper = blocksOf('@media print').join('');
  expect(paper).toContain('details::details-content { content-visibility: visible;');
  expect(paper).toContain('.scroll { overflow: visible; }');
});
