/** More than any page of records or describe has; each takes up to 150 bytes once it is parsed. */
const mostValues = 1_000_000;

/** A text of this length cannot have more than that, whatever is in it. */
const surelyFewLength = 2 * mostValues;

/**
 * Whether a JSON text has more values than fit into memory well: 16 MB of empty objects would take 850 MB. Text that is not
 * JSON is for the parser to refuse.
 */
export function hasTooManyValues(text: string): boolean {
  if (text.length <= surelyFewLength) return false;
  let values = 1;
  let inText = false;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (inText) {
      if (code === backslash) at += 1;
      else inText = code !== quote;
    } else if (code === quote) inText = true;
    else if (code === comma || code === bracket || code === brace) values += 1;
  }
  return values > mostValues;
}

const [quote, backslash, comma, bracket, brace] = [0x22, 0x5c, 0x2c, 0x5b, 0x7b];
