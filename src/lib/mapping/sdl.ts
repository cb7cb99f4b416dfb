import { InputError } from '../errors.js';
import { mappingRule, type ColumnMapping } from './mapping.js';
import { parseProperties, type PropertyEntry } from './properties.js';

export type SdlOptions = {
  /** What messages call the mapping file. */
  readonly file: string;
  /** Whether a relationship of the object can lead to several objects; default never. */
  readonly isPolymorphic?: (relationshipName: string) => boolean;
};

/**
 * Reads a Data Loader mapping file (`.sdl`): `Column=Field`, one column to several fields (`Column=A,B`), constants
 * (`"value"=Field`), and Data Loader's ways to name a parent's field (`Owner:Username`, `Owner:User-Username`). As in
 * Data Loader, columns that are not in it are left out, and lines for columns that are not in the input are passed
 * over.
 *
 * @throws InputError with the line for what Data Loader joins or misreads: `A,B=Field`, and spaces without `\`.
 */
export function parseSdl(text: string, { file, isPolymorphic = () => false }: SdlOptions): ColumnMapping {
  return {
    rules: parseProperties(text).map((entry) => {
      requirePlain(entry, file);
      const { from, fields } = mappingRule(entry.key, entry.value);
      return { from, fields: fields.map((field) => serviceFieldName(field, isPolymorphic)) };
    }),
    keepsOtherColumns: false,
    needsEveryColumn: false,
  };
}

function requirePlain({ key, value, line }: PropertyEntry, file: string): void {
  const isConstant = key.startsWith('"') && key.endsWith('"');
  const message = value.includes('=')
    ? `Line ${line}: spaces, colons and equal signs in a column's name need a backslash before them.`
    : !isConstant && key.includes(',')
      ? `Line ${line} joins several columns into one field, which is not supported.`
      : undefined;
  if (message !== undefined) throw new InputError([{ code: 'MAPPING', file, message }]);
}

/** `Owner:Username` and `Owner:User-Username` as the service writes them: `Owner.Username`, `User:Owner.Username`. */
function serviceFieldName(field: string, isPolymorphic: (relationshipName: string) => boolean): string {
  const match = /^(?<relationship>[^:.]+):(?:(?<object>[^-.]+)-)?(?<parentField>[^-.]+)$/.exec(field);
  const { relationship, object, parentField } = match?.groups ?? {};
  if (relationship === undefined || parentField === undefined) return field;
  const path = `${relationship}.${parentField}`;
  return object !== undefined && isPolymorphic(relationship) ? `${object}:${path}` : path;
}
