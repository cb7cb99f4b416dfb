/** What a cell begins with that stands for a value which no cell can hold, so that nobody takes it for the value itself. */
export const placeholderStart = 'NOT_SENT: ';

/** Is in the cell of a value that can't be sent. @param what the value, as far as it can be shown */
export function placeholder(what: string): string {
  return `${placeholderStart}${what}`;
}
