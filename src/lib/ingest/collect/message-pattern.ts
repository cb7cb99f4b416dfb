/** Stands where messages of one kind have an id or a value of the row. */
const VALUE = '…';

/** Texts of the service that end in, or have in their middle, a value of the row without quotes around it. */
const unquotedValues: ReadonlyArray<readonly [RegExp, string]> = [
  [/(\bexternal id specified: ).*$/is, `$1${VALUE}`],
  [/(\bexternal id: ).*( not found for field )/is, `$1${VALUE}$2`],
  [/(\bbad value for restricted picklist field: ).*$/is, `$1${VALUE}`],
  [/(\bmalformed id:? ).*$/is, `$1${VALUE}`],
  [/(\bdata value too large: ).*( \(max length)/is, `$1${VALUE}$2`],
  [/(\binvalid email address: ).*$/is, `$1${VALUE}`],
];

const quoted = /(['"“])(?!\s)[^'"“”]*['"”](?![\p{L}\d])/gu;
/** A word with a digit in it, such as an id, a number or a date; field names (`Line2__c`) are no values. */
const withDigit = /(?<![\w-])(?![\w.]*__[cr]\b)[\w+-]*\d[\w.:+-]*\w|(?<![\w-])\d(?!\w)/g;
const listOfValues = /…(?:, ?…)+/g;

/** Replaces the ids and values in an error message, so that messages which differ only in them are equal. */
export function messagePattern(message: string): string {
  let pattern = message;
  for (const [value, replacement] of unquotedValues) pattern = pattern.replace(value, replacement);
  return pattern.replace(quoted, `'${VALUE}'`).replace(withDigit, VALUE).replace(listOfValues, VALUE);
}
