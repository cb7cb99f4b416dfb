/**
 * jsforce gives its connections `bulk2` as a property that can only be read. This makes it one that can be set, so
 * that `conn.bulk2 = new BulkV2(conn)` works. Nothing changes for a connection whose `bulk2` is never set.
 */
export function makeAssignable(connection: object, name: string): void {
  const property = Object.getOwnPropertyDescriptor(connection, name);
  if (property?.configurable !== true || property.get === undefined || property.set !== undefined) return;
  Object.defineProperty(connection, name, {
    ...property,
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
