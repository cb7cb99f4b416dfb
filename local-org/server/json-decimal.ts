/** Not in TypeScript's library yet; Node has had it since version 21. */
type WithRawJson = { readonly rawJSON: (text: string) => unknown };

/** A whole number that JSON shows with a decimal point: `60.0`, as the service writes API versions. */
export function jsonDecimal(value: number): unknown {
  return (JSON as unknown as WithRawJson).rawJSON(value.toFixed(1));
}

/** A text whose apostrophes JSON shows escaped, `\u0027`, as the service writes error messages of jobs. */
export function jsonText(value: string): unknown {
  return (JSON as unknown as WithRawJson).rawJSON(JSON.stringify(value).replaceAll("'", '\\u0027'));
}
