import type { Answer } from './http.ts';

/** This org cannot be asked; the message says why. */
export class CannotAsk extends Error {}

type RestError = { readonly errorCode?: string; readonly message?: string };

/** What an answer says: its status, and the code and message of its error. */
export function said({ status, text }: Answer): string {
  const body = text.trim();
  if (body === '') return String(status);
  if (body.startsWith('<')) return `${status}, HTML: ${body.slice(0, 80)}`;
  const errors = body.startsWith('[') ? (JSON.parse(body) as RestError[]) : [];
  if (status < 300 || errors.length === 0) return String(status);
  return withoutIds(errors.map(({ errorCode, message }) => `${status} ${errorCode}: ${message}`).join('; '));
}

/** The names of an answer's JSON object, in their order. */
export function keysOf(answer: Answer): string {
  if (answer.status >= 300) return said(answer);
  return Object.keys(JSON.parse(answer.text) as object).join(' ');
}

/** Replaces record and job ids, which no two orgs share. */
export function withoutIds(text: string): string {
  return text.replaceAll(/\b(?=\w*\d)[0-9A-Za-z]{15}(?:[0-9A-Za-z]{3})?\b/g, '‹id›');
}
