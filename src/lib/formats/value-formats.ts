/** How values are written where they come from, as far as the service would not take them so. */
export type ValueFormats = {
  /** Patterns of dates and times, such as `dd.MM.yyyy` or `MM/dd/yyyy HH:mm`; what two of them read differently is invalid. */
  readonly dates?: readonly string[] | undefined;
  /** Of times without a zone of their own, in a pattern or in the service's form; a name of the IANA database, such as `Europe/Berlin`. */
  readonly timeZone?: string | undefined;
  /** What stands before the decimals. Digits may be in groups of three, apart by the other one, blanks or apostrophes. */
  readonly decimalSeparator?: ',' | '.' | undefined;
  /** Numbers may have a sign of currency or percent, or a currency's code, before or after them. Default false. */
  readonly numberSigns?: boolean | undefined;
  /** Checkboxes may be yes and no, y and n, on and off, 1 and 0, t and f. Default false. */
  readonly booleanWords?: boolean | undefined;
};
