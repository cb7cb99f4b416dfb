import type { Value } from '../../contracts.ts';
import type { Distance, Path, Point } from './ast.ts';
import type { Binder, Readable } from './bind.ts';
import type { Cursor } from './cursor.ts';

/** `DISTANCE(field, GEOLOCATION(latitude, longitude), 'mi')` (SOQL reference: Location-Based SOQL Queries). */
export function parseDistance(cursor: Cursor, parsePath: () => Path): Distance {
  const { at } = cursor.next();
  cursor.expect('(');
  const from = parsePoint(cursor, parsePath);
  cursor.expect(',');
  const to = parsePoint(cursor, parsePath);
  cursor.expect(',');
  const unit = cursor.takeKind('string');
  if (unit.text !== "'mi'" && unit.text !== "'km'") throw cursor.unexpected(unit);
  cursor.expect(')');
  return { kind: 'distance', points: [from, to], unit: unit.text === "'mi'" ? 'mi' : 'km', at };
}

function parsePoint(cursor: Cursor, parsePath: () => Path): Point {
  if (!cursor.take('GEOLOCATION', '(')) return parsePath();
  const latitude = Number(cursor.takeKind('number').text);
  cursor.expect(',');
  const longitude = Number(cursor.takeKind('number').text);
  cursor.expect(')');
  return { kind: 'geolocation', latitude, longitude };
}

/** The distance of a row's points along the surface of the earth; null where either is not known. */
export function bindDistance(binder: Binder, { points, unit, at }: Distance): Readable<number> {
  const [from, to] = points.map((point) => bindPoint(binder, point, at));
  return {
    name: 'DISTANCE',
    type: 'double',
    read: (row) => {
      const [a, b] = [from?.(row), to?.(row)];
      return a == null || b == null ? null : arc(a, b) * earthRadius[unit];
    },
  };
}

type Degrees = { readonly latitude: number; readonly longitude: number };

const earthRadius = { mi: 3958.761, km: 6371.009 };

function bindPoint(binder: Binder, point: Point, at: number): (row: number) => Degrees | null {
  if (point.kind === 'geolocation') return () => point;
  const { type, path } = binder.bind(point);
  const [own = ''] = path.slice(-1);
  if (type !== 'location' && type !== 'address') {
    throw binder.fail(
      'INVALID_FIELD',
      at,
      `${own} is no location: DISTANCE takes geolocation and address fields`,
    );
  }
  const part = (name: string): ((row: number) => Value) => {
    const field = type === 'address' ? own.replace(/Address$/, name) : own.replace(/__c$/, `__${name}__s`);
    return binder.bind({ kind: 'path', names: [...path.slice(0, -1), field], at: point.at }).read;
  };
  const [readLatitude, readLongitude] = [part('Latitude'), part('Longitude')];
  return (row) => {
    const [latitude, longitude] = [readLatitude(row), readLongitude(row)];
    return typeof latitude === 'number' && typeof longitude === 'number' ? { latitude, longitude } : null;
  };
}

/** The angle between two points of a sphere, in radians (haversine formula). */
function arc(a: Degrees, b: Degrees): number {
  const radians = Math.PI / 180;
  const rise = Math.sin(((b.latitude - a.latitude) * radians) / 2);
  const run = Math.sin(((b.longitude - a.longitude) * radians) / 2);
  const square = rise ** 2 + Math.cos(a.latitude * radians) * Math.cos(b.latitude * radians) * run ** 2;
  return 2 * Math.asin(Math.min(1, Math.sqrt(square)));
}
