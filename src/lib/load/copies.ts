/** What the names of copies of the input begin with, as they are and as they are sent. */
export const copiesOfInput: readonly string[] = [
  'input-',
  'invalid-',
  'send-',
  'set-aside',
  'retry-',
  'retry.',
  'stamps',
];
