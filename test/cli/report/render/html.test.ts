import { expect, test } from 'vitest';
import { escapeText, html } from '../../../../src/cli/report/render/html.js';

test('a value is text wherever it is put, in an element or in a quoted attribute', () => {
  const value = `</p><script>alert('1')</script>" onload="x\` & co`;
  const escaped =
    '&lt;/p&gt;&lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt;&quot; onload=&quot;x&#96; &amp; co';
  expect(html`<p title="${value}">${value}</p>`.text).toBe(`<p title="${escaped}">${escaped}</p>`);
});

test('what was made by a template is not escaped again, and lists follow one another', () => {
  const items = ['a', '<b>'].map((item) => html`<i>${item}</i>`);
  expect(html`${items}`.text).toBe('<i>a</i><i>&lt;b&gt;</i>');
});

test('nothing is written for what is absent, and zero is', () => {
  expect(html`${undefined}${false}${0}`.text).toBe('0');
});

test.each([
  ['a null character', 'a\u0000b', 'a\\u0000b'],
  ['an escape sequence of a terminal', '\u001b[31mred', '\\u001b[31mred'],
  ['a character that turns the direction of writing', 'csv.\u202efdp', 'csv.\\u202efdp'],
  ['half of a character', 'a\ud800b', 'a\\ud800b'],
])('%s is shown by its number', (_, value, shown) => {
  expect(escapeText(value)).toBe(shown);
});

test('text of any language, with line breaks and tabs, stays as it is', () => {
  expect(escapeText('Grüße 你好 🚀\n\tعربي')).toBe('Grüße 你好 🚀\n\tعربي');
});
