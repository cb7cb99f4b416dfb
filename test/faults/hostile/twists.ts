import { gzipSync } from 'node:zlib';
import fc from 'fast-check';

/** An answer as it goes over the wire. */
export type Answer = {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
  /** The connection ends after so many bytes of the body. */
  readonly cutAfter?: number;
};

/** What a hostile org does to one of its answers. */
export type Twist =
  /** A member of its JSON, however deep, has another value. `at` chooses among them, from 0 up to 1. */
  | { readonly kind: 'value'; readonly at: number; readonly value: unknown }
  | { readonly kind: 'without'; readonly at: number }
  | { readonly kind: 'status'; readonly status: number }
  | {
      readonly kind: 'refusal';
      readonly status: number;
      readonly errorCode: unknown;
      readonly message: unknown;
    }
  | { readonly kind: 'header'; readonly name: string; readonly value: string }
  | { readonly kind: 'body'; readonly body: string }
  | { readonly kind: 'cut'; readonly at: number }
  | { readonly kind: 'zipped'; readonly isCut: boolean };

/** Stands for the access token of the request: an org may repeat it. */
export const tokenMark = '<token>';

const names = [
  '../../evil',
  '/etc/evil',
  '..\\..\\evil.csv',
  '750000000000001AAA',
  '750..',
  'a\u0000b',
  '__proto__',
];
const texts = [
  ...names,
  '\u001b]0;title\u0007\n::error::x',
  'https://evil.example/services/data/v60.0/x',
  '//evil.example/services/data/v60.0/x',
  '/services/data/../../evil',
  '',
  'null',
  'JobComplete',
  'x'.repeat(100_000),
];
const numbers = [-1, 0, 1, 1.5, 1e308, 2 ** 53, 4_000_000_000];

const token = fc.constantFrom<unknown>(tokenMark, `Bearer ${tokenMark}`, [tokenMark], {
  [tokenMark]: tokenMark,
});

const value = fc.oneof(
  { weight: 2, arbitrary: token },
  { weight: 2, arbitrary: fc.constantFrom<unknown>(...names) },
  { weight: 3, arbitrary: fc.constantFrom<unknown>(...texts, ...numbers, null, true, false, [], {}, [[]]) },
  { weight: 1, arbitrary: fc.string({ unit: 'grapheme', maxLength: 20 }) },
  { weight: 1, arbitrary: fc.jsonValue({ maxDepth: 2 }) },
);

const bodies = [
  '',
  'null',
  '[]',
  '{}',
  '"text"',
  '<html><h1>Sign in</h1></html>',
  `[{"errorCode":"API_ERROR","message":"${tokenMark}"}]`,
  `[{"errorCode":"../${tokenMark}","message":{}}]`,
  '{"records":',
  '"Id","Name"\n"1"\n"2","3","4"\n',
  '"Id","Name\n'.repeat(1_000),
  '['.repeat(50_000),
  'x'.repeat(2_000_000),
  '\u0000\uFFFF',
];

/** Statuses that are asked about again after a wait are told with a short one. */
const statuses = [
  200, 201, 204, 206, 301, 302, 304, 400, 401, 403, 404, 405, 409, 410, 414, 418, 420, 429, 431, 500, 503,
];

const headers = fc.record({
  kind: fc.constant('header' as const),
  name: fc.constantFrom(
    'sforce-locator',
    'sforce-numberofrecords',
    'sforce-limit-info',
    'content-type',
    'content-encoding',
    'location',
    'warning',
    'set-cookie',
  ),
  value: fc.constantFrom(
    '../../evil',
    '-1',
    '1e9',
    'null',
    '',
    'gzip',
    'br',
    tokenMark,
    'a/b?c=d#e',
    '9'.repeat(400),
  ),
});

const refusals = fc.record({
  kind: fc.constant('refusal' as const),
  status: fc.constantFrom(...statuses.filter((status) => status >= 400)),
  errorCode: fc.oneof(
    token,
    fc.constantFrom<unknown>('API_ERROR', 'NOT_FOUND', 'INVALIDJOBSTATE', '../x', 1, null),
  ),
  message: value,
});

const at = fc.double({ min: 0, max: 0.999, noNaN: true });

export const anyTwist: fc.Arbitrary<Twist> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ kind: fc.constant('value' as const), at, value }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('without' as const), at }) },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constant('status' as const), status: fc.constantFrom(...statuses) }),
  },
  { weight: 2, arbitrary: refusals },
  { weight: 2, arbitrary: headers },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constant('body' as const), body: fc.constantFrom(...bodies) }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('cut' as const), at }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('zipped' as const), isCut: fc.boolean() }) },
);

export function twisted(answer: Answer, twist: Twist, token: string): Answer {
  const told = (text: string): string => text.replaceAll(tokenMark, token);
  switch (twist.kind) {
    case 'status':
      return { ...answer, status: twist.status, headers: { ...answer.headers, 'retry-after': '0' } };
    case 'refusal': {
      const { status, errorCode, message } = twist;
      const headers = { 'content-type': 'application/json', 'retry-after': '0' };
      return { status, headers, body: Buffer.from(told(JSON.stringify([{ errorCode, message }]))) };
    }
    case 'header':
      return { ...answer, headers: { ...answer.headers, [twist.name]: told(twist.value) } };
    case 'body':
      return { ...answer, body: Buffer.from(told(twist.body)) };
    case 'cut':
      return { ...answer, cutAfter: Math.floor(answer.body.length * twist.at) };
    case 'zipped': {
      const body = gzipSync(answer.body);
      const zipped = { ...answer, headers: { ...answer.headers, 'content-encoding': 'gzip' }, body };
      return twist.isCut ? { ...zipped, body: body.subarray(0, -4) } : zipped;
    }
    default:
      return { ...answer, body: Buffer.from(told(twistedJson(answer.body.toString(), twist))) };
  }
}

function twistedJson(text: string, twist: Extract<Twist, { at: number }>): string {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return text;
  }
  const places: Array<{ readonly holder: Record<string, unknown>; readonly key: string }> = [];
  const collect = (each: unknown): void => {
    if (typeof each !== 'object' || each === null) return;
    for (const [key, inner] of Object.entries(each)) {
      places.push({ holder: each as Record<string, unknown>, key });
      collect(inner);
    }
  };
  collect(json);
  const place = places[Math.floor(places.length * twist.at)];
  if (place === undefined) return text;
  // What is undefined is not written.
  place.holder[place.key] = twist.kind === 'value' ? twist.value : undefined;
  return JSON.stringify(json);
}
