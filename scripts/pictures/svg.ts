import type { Cell, Screen } from './screen.ts';

const cellWidth = 8.4;
const lineHeight = 20;
const margin = 16;

const colours: Readonly<Record<string, string>> = {
  red: '#ff8f85',
  green: '#62c795',
  yellow: '#e3b05c',
  cyan: '#7cc7d8',
  dim: '#a0a9b3',
};

/** What is on the screen for how long. */
export type Frame = { readonly screen: Screen; readonly ms: number };

/** An SVG that shows one screen after the other, and the last one to those who want nothing to move. */
export function animation(frames: readonly Frame[], columns: number): string {
  const rows = Math.max(...frames.map(({ screen }) => screen.lines.length));
  const width = columns * cellWidth + 2 * margin;
  const height = rows * lineHeight + 2 * margin;
  const totalMs = frames.reduce((sum, { ms }) => sum + ms, 0);
  let startMs = 0;
  const rules = frames.map(({ ms }, index) => {
    const [from, to] = [startMs, startMs + ms].map((each) => ((100 * each) / totalMs).toFixed(2));
    startMs += ms;
    const before = index === 0 ? '' : `0%{visibility:hidden}`;
    const after = index === frames.length - 1 ? '' : `${to}%{visibility:hidden}`;
    return `#f${index}{animation:k${index} ${totalMs}ms step-end infinite}@keyframes k${index}{${before}${from}%{visibility:visible}${after}}`;
  });
  const last = `#f${frames.length - 1}{visibility:visible}`;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${Math.round(width)} ${height}" role="img" aria-label="A load on a terminal">`,
    `<style>text{font:14px ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace;fill:#e5e8eb;white-space:pre}.bold{font-weight:700}`,
    ...Object.entries(colours).map(([name, colour]) => `.${name}{fill:${colour}}`),
    `g{visibility:hidden}${rules.join('')}@media (prefers-reduced-motion:reduce){g{animation:none!important}${last}}</style>`,
    `<rect width="100%" height="100%" rx="10" fill="#14181b"/>`,
    ...frames.map(({ screen }, index) => `<g id="f${index}">${screen.lines.map(lineText).join('')}</g>`),
    '</svg>\n',
  ].join('\n');
}

function lineText(line: readonly Cell[], row: number): string {
  const runs: Array<{ column: number; text: string; style: string }> = [];
  line.forEach(({ text, style }, column) => {
    const run = runs.at(-1);
    if (run?.style === style) run.text += text;
    else runs.push({ column, text, style });
  });
  return runs
    .filter(({ text }) => text.trim() !== '')
    .map(({ column, text, style }) => {
      const shown = text.trimEnd();
      const x = (margin + column * cellWidth).toFixed(1);
      const y = margin + row * lineHeight + 15;
      const length = (shown.length * cellWidth).toFixed(1);
      const name = style === '' ? '' : ` class="${style}"`;
      // Each font draws blocks in a width of its own; this one is held.
      return `<text x="${x}" y="${y}" textLength="${length}" lengthAdjust="spacingAndGlyphs"${name}>${escaped(shown)}</text>`;
    })
    .join('');
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
}
