import { shown } from '../../shown.js';

/** Text that is HTML already. Only `html` and the style sheet make it, so that no value gets into a page unescaped. */
export class Html {
  readonly text: string;

  private constructor(text: string) {
    this.text = text;
  }

  static trusted(text: string): Html {
    return new Html(text);
  }
}

/** What a template may hold: `false` and `undefined` are nothing, a list is one after the other. */
export type Hole = Html | string | number | false | undefined | readonly Hole[];

/** Escapes every value that is put into it, unless that is HTML made the same way. */
export function html(parts: TemplateStringsArray, ...holes: readonly Hole[]): Html {
  const text = parts.map((part, index) => `${part}${index < holes.length ? textOf(holes[index]) : ''}`);
  return Html.trusted(text.join(''));
}

function textOf(hole: Hole): string {
  if (hole === undefined || hole === false) return '';
  if (hole instanceof Html) return hole.text;
  if (typeof hole === 'object') return hole.map(textOf).join('');
  return escapeText(String(hole));
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
  '`': '&#96;',
};

/** Makes text safe in an element and in a quoted attribute. What can't be seen is written as `\u202e`. */
export function escapeText(text: string): string {
  return shown(text).replace(/[&<>"'`]/g, (character) => entities[character] ?? '');
}
