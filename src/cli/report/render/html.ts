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

/**
 * Characters that HTML does not allow, and those that turn the direction of the text around them, so that a name shows
 * as something that it is not.
 */
const unseen = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]|\p{Surrogate}/gu;

/** Makes text safe in an element and in a quoted attribute. What cannot be seen is written as `\u202e`. */
export function escapeText(text: string): string {
  return text
    .replaceAll('\r\n', '\n')
    .replace(unseen, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`)
    .replace(/[&<>"'`]/g, (character) => entities[character] ?? '');
}
