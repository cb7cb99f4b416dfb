import { expect, test } from 'vitest';
import { Screen } from '../../scripts/pictures/screen.ts';
import { animation } from '../../scripts/pictures/svg.ts';

/** The screen after some text. */
function screenOf(text: string, columns = 20): Screen {
  const screen = new Screen(columns);
  screen.write(text);
  return screen;
}

test('a block that is redrawn in place leaves its last state, and what was written before it', () => {
  const drawn = 'first line\r\nUploading\r\n 10%';
  expect(String(screenOf(`${drawn}\r\x1B[1A\x1B[JProcessing\r\n 50%`))).toBe(
    'first line\nProcessing\n 50%\n',
  );
});

test('a line that is longer than the terminal is wide goes on in the next one', () => {
  expect(String(screenOf('abcdefgh', 5))).toBe('abcde\nfgh\n');
});

test('a picture has each screen, its colours, and no text that is markup', () => {
  const svg = animation(
    [
      { screen: screenOf('<b> & so on'), ms: 100 },
      { screen: screenOf('\x1B[31mfailed\x1B[39m so far'), ms: 300 },
    ],
    20,
  );
  expect(svg).toContain('>&lt;b> &amp; so on</text>');
  expect(svg).toMatch(/class="red">failed<\/text>.*> so far<\/text>/);
  expect(svg).toContain('25.00%');
});
