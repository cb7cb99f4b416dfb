/** Members that may be left out, or be undefined: with `exactOptionalPropertyTypes` these are not the same. */
export type Optional<T> = { readonly [Name in keyof T]?: T[Name] | undefined };

/** The members of an object that may be undefined, which is the same as absent for a program. */
export type Given<T> = { [Name in keyof T]: Exclude<T[Name], undefined> };

/** Leaves out what is undefined, so that it takes no default's place. */
export function given<T extends object>(options: T): Given<T> {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as Given<T>;
}
