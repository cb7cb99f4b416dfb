/** A value as a cell, in quotes where it needs them. */
export function toCell(text: string, delimiter: string): string {
  const isPlain = !text.includes('"') && !text.includes(delimiter) && !/[\r\n]/.test(text);
  return isPlain ? text : quotedCell(text);
}

export function quotedCell(text: string): string {
  return `"${text.replaceAll('"', '""')}"`;
}
