const signatures: ReadonlyArray<readonly [string, string]> = [
  ['PK\u0003\u0004', 'a ZIP archive or an Excel workbook'],
  ['\u00d0\u00cf\u0011\u00e0', 'an old Excel workbook'],
  ['%PDF-', 'a PDF document'],
  ['PAR1', 'a Parquet file'],
  ['\u001f\u008b', 'a gzip file'],
  ['{\\rtf', 'an RTF document'],
  ['<!DOCTYPE html', 'an HTML page'],
  ['<html', 'an HTML page'],
  ['<?xml', 'an XML document'],
];

/** What a file is that people take for CSV, told by its first bytes; undefined when it may well be CSV. */
export function recognizeOtherFormat(sample: Buffer): string | undefined {
  const start = sample.toString('latin1', 0, 16).toLowerCase();
  return signatures.find(([signature]) => start.startsWith(signature.toLowerCase()))?.[1];
}
