/**
 * jsforce gives its connections `bulk2` as a property that can only be read, of their own or of their class. This makes
 * it one that can be set, so that `conn.bulk2 = new BulkV2(conn)` works. Nothing changes for a connection whose `bulk2`
 * is never set.
 */
export function makeAssignable(connection: object, name: string): void {
  const own = Object.getOwnPropertyDescriptor(connection, name);
  const property = own ?? inheritedProperty(connection, name);
  if (own?.configurable === false || property?.get === undefined || property.set !== undefined) return;
  Object.defineProperty(connection, name, {
    ...property,
    configurable: true,
    set(value: unknown) {
      Object.defineProperty(connection, name, {
        value,
        writable: true,
        enumerable: true,
        configurable: true,
      });
    },
  });
}

function inheritedProperty(object: object, name: string): PropertyDescriptor | undefined {
  const prototype = Object.getPrototypeOf(object) as object | null;
  if (prototype === null) return undefined;
  return Object.getOwnPropertyDescriptor(prototype, name) ?? inheritedProperty(prototype, name);
}
