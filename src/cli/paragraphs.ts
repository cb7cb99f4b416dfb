import { stripVTControlCharacters } from 'node:util';

/**
 * Where blank lines are: one before a heading such as "Try this:" and between paragraphs, none behind a heading, and none at
 * the start or the end. The base class has two, one and one of them.
 */
export function evenParagraphs(text: string): string {
  const even: string[] = [];
  let isOpen = false;
  for (const line of text.split('\n')) {
    const plain = stripVTControlCharacters(line).trim();
    if (plain !== '' || isOpen) even.push(line);
    isOpen = plain !== '' && !isHeading(plain);
  }
  return even.join('\n').trimEnd();
}

/** What stands apart from the lines before it. */
export function paragraph(heading: string, lines: readonly string[]): string {
  return ['', heading, ...lines].join('\n');
}

function isHeading(line: string): boolean {
  return line.endsWith(':');
}
