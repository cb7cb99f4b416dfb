import type { DescribeField } from '../api/types.js';

const numberTypes = new Set(['int', 'long', 'double', 'currency', 'percent']);

/** Text as the JSON value that a field takes; empty text is null. What does not fit stays text, for the org to refuse. */
export function fieldValue(text: string, field: DescribeField | undefined): string | number | boolean | null {
  if (text === '') return null;
  if (field?.type === 'boolean' && /^(?:true|false)$/i.test(text)) return text.toLowerCase() === 'true';
  if (field === undefined || !numberTypes.has(field.type)) return text;
  const number = Number(text);
  return Number.isFinite(number) && text.trim() !== '' ? number : text;
}
