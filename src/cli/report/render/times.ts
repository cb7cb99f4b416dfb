import { html, type Html } from './html.js';

/** `2026-01-31 08:00:05 UTC`, the same for readers anywhere. What is no time is shown as it is. */
export function timeText(text: string): string {
  const date = new Date(text);
  if (Number.isNaN(date.getTime())) return text;
  return `${date.toISOString().slice(0, 19).replace('T', ' ')} UTC`;
}

export function time(text: string): Html {
  return html`<time datetime="${text}">${timeText(text)}</time>`;
}
