import type { LoadInput } from '../model/request.js';

/**
 * Gives each input a name that no other input has: result files say by it which input a row is of. Of inputs with the
 * same name, the second is `name (2)`.
 */
export function withOwnNames<T extends Pick<LoadInput, 'name'>>(inputs: readonly T[]): T[] {
  const given = new Set(inputs.map(({ name }) => name));
  const taken = new Set<string>();
  /** For each name that was given, the number to try next. */
  const next = new Map<string, number>();
  return inputs.map((input) => {
    let { name } = input;
    let nth = next.get(name) ?? 2;
    for (; taken.has(name) || (name !== input.name && given.has(name)); nth += 1)
      name = `${input.name} (${nth})`;
    next.set(input.name, nth);
    taken.add(name);
    return { ...input, name };
  });
}

/** Adds up how far a pass over several inputs has come, one behind the other, by how far it has come in each. */
export function overAll<T>(tell: (input: T, bytes: number) => void): (input: T, bytes: number) => void {
  let current: T | undefined;
  let before = 0;
  let inCurrent = 0;
  return (input, bytes) => {
    if (input !== current) before += inCurrent;
    current = input;
    inCurrent = bytes;
    tell(input, before + bytes);
  };
}
