/** The code in `sf__Error` of a row that a load has set aside. */
export const notSent = 'NOT_SENT';

/** Whether a row was never sent, by its `sf__Error`. */
export function wasNotSent(error: string): boolean {
  return error.startsWith(notSent);
}
