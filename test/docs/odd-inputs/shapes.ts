import { gzipSync } from 'node:zlib';
import { parseMapRules } from '../../../src/lib/mapping/mapping.js';
import { textCellOf, workbookOfCells } from '../../support/workbook.ts';
import type { OddInput } from './odd-input.ts';

const halfCharacter = Buffer.from('Name\nAcme\nGl\ud83dbex\nInitech\n', 'utf16le');
const japanese = Buffer.from('4e616d650a8365835883670a', 'hex');
const latin = Buffer.from('Name\nMüller\n', 'latin1');
const dos = Buffer.concat([Buffer.from('Name\nM'), Buffer.from([0x81]), Buffer.from('ller\n')]);
const cyrillic = Buffer.concat([
  Buffer.from('Name\n'),
  Buffer.from([0xcf, 0xf0, 0xe8, 0xe2, 0xe5, 0xf2, 0x0a]),
]);
const records =
  '[{"attributes":{"type":"Account","referenceId":"AccountRef1"},"Name":"Acme"},{"Name":"Globex"}]';
const withChildren = '{"records":[{"Name":"Acme","Contacts":{"records":[{"LastName":"Doe"}]}}]}';
const cliError = '{"status":1,"name":"INVALID_FIELD","message":"no such column","exitCode":1}\n';

const acme = Buffer.from('Acme\n');
const withError = Buffer.from(
  workbookOfCells(
    [textCellOf('A1', 'Name'), textCellOf('B1', 'Revenue__c')],
    [textCellOf('A2', 'Acme'), '<c r="B2"><v>1</v></c>'],
    [textCellOf('A3', 'Globex'), '<c r="B3" t="e"><f>VLOOKUP(A3,X:Y,2)</f><v>#N/A</v></c>'],
  ),
);
const setAside = { flags: '--set-aside-invalid', request: { setAsideInvalid: true } };

/** What files are, and how they are written. */
export const shapes: readonly OddInput[] = [
  { what: 'rows of delimiters alone below the data', files: { 'a.csv': 'Name,Phone\nAcme,1\n,\n,\n' } },
  {
    what: 'rows of delimiters alone between the data',
    files: { 'a.csv': 'Name,Phone\nAcme,1\n,\nGlobex,2\n' },
  },
  {
    what: 'rows of delimiters alone, more than the header has',
    files: { 'a.csv': 'Name,Phone\nAcme,1\n,,,,\n' },
  },
  { what: 'rows of empty quotes', files: { 'a.csv': 'Name,Phone\n"",""\nAcme,1\n' } },
  { what: 'nothing but rows of delimiters', files: { 'a.csv': 'Name,Phone\n,\n,\n' } },
  { what: 'a blank line in a file of one column', files: { 'a.csv': 'Name\nAcme\n\nGlobex\n' } },
  { what: 'a tree file of the stock CLI', files: { 'a.json': `{"records":${records}}` } },
  {
    what: 'what `sf data query --json` prints',
    files: { 'a.json': `{"status":0,"result":{"records":${records},"totalSize":2,"done":true}}` },
  },
  {
    what: 'the same in lines, in a file called .txt',
    files: { 'a.txt': `{\n  "status": 0,\n  "result": {\n    "records": ${records}\n  }\n}\n` },
  },
  {
    what: 'one page of a longer result',
    files: { 'a.json': `{"totalSize":5000,"done":false,"records":${records}}` },
  },
  {
    what: 'an error that an org answered',
    files: { 'a.json': '[{"message":"Session expired or invalid","errorCode":"INVALID_SESSION_ID"}]' },
    flags: '--ignore-unknown-columns',
    request: { columns: { ignoreUnknown: true } },
  },
  {
    what: 'a refused login',
    files: { 'a.json': '{"error":"invalid_grant","error_description":"expired access/refresh token"}' },
  },
  {
    what: 'an error of the stock CLI instead of records',
    files: { 'a.json': cliError },
    flags: '--ignore-unknown-columns',
    request: { columns: { ignoreUnknown: true } },
  },
  {
    what: 'a result of the stock CLI without records',
    files: { 'a.json': '{"status":0,"result":{"done":true,"totalSize":1},"Name":"x"}' },
    flags: '--ignore-unknown-columns',
    request: { columns: { ignoreUnknown: true } },
  },
  {
    what: 'a parent that is null in every record',
    files: { 'a.json': '{"status":0,"result":{"records":[{"Name":"Acme","Parent":null}],"done":true}}' },
  },
  {
    what: 'a parent that is null in every record',
    files: { 'a.json': `[{"Id":"001000000000001AAA","Name":"Acme","Parent":null}]` },
    operation: 'update',
  },
  {
    what: 'a parent that is null in every record',
    files: { 'a.json': `[{"Id":"001000000000001AAA","Name":"Acme","Parent":null}]` },
    operation: 'update',
    flags: '--map "Parent=ParentId"',
    request: { columns: { mapping: parseMapRules(['Parent=ParentId']) } },
  },
  {
    what: 'records of another object',
    files: { 'a.json': `[{"attributes":{"type":"Contact","url":"/x"},"Name":"Acme"}]` },
  },
  {
    what: 'a key of a parent that is null: the parent stays',
    files: { 'a.json': `[{"Id":"001000000000001AAA","Parent":{"Ext__c":null}}]` },
    operation: 'update',
  },
  {
    what: 'references of a tree export',
    files: { 'a.json': '{"records":[{"Name":"Acme","ParentId":"@AccountRef2"}]}' },
  },
  { what: 'lists of child records', files: { 'a.json': withChildren } },
  {
    what: 'lists of child records',
    files: { 'a.json': withChildren },
    flags: '--ignore-unknown-columns',
    request: { columns: { ignoreUnknown: true } },
  },
  { what: 'a JSON array in a file called .csv', files: { 'a.csv': records } },
  {
    what: 'records one a line in a file called .txt',
    files: { 'a.txt': '{"Name":"Acme"}\n{"Name":"Globex"}\n' },
  },
  { what: 'CSV in a file called .json', files: { 'a.json': 'Name\nAcme\n' } },
  {
    what: 'one record over several lines in a file called .ndjson',
    files: { 'a.ndjson': '{\n  "Name": "Acme"\n}\n' },
  },
  { what: 'records of nothing but nulls in JSON', files: { 'a.json': '[{"Name":"Acme"},{"Name":null}]' } },
  {
    what: 'rows with values in skipped columns only',
    files: { 'a.csv': 'Junk,Name\nx,\ny,Acme\n' },
    flags: '--ignore-unknown-columns',
    request: { columns: { ignoreUnknown: true } },
  },
  { what: '`[]`', files: { 'a.json': '[]' } },
  { what: '`{"records":[]}`', files: { 'a.json': '{"records":[]}' } },
  { what: 'records without fields', files: { 'a.json': '[{},{}]' } },
  { what: 'a header and no rows', files: { 'a.csv': 'Name,Phone\n' } },
  { what: '0 bytes', files: { 'a.csv': '' } },
  { what: '0 bytes in gzip', files: { 'a.csv.gz': gzipSync('') } },
  { what: 'JSON that was cut off', files: { 'a.json': '[{"Name":"Acme"},{"Name":' } },
  { what: 'JSON with an element that is no record', files: { 'a.json': '[{"Name":"Acme"},null]' } },
  {
    what: 'JSON with an element that is no record',
    files: { 'a.json': '[{"Name":"Acme"},null]' },
    ...setAside,
  },
  {
    what: 'JSON with a quote missing',
    files: { 'a.json': '[{"Name":"Acme},{"Name":"Globex"},{"Name":"Initech"}]' },
    ...setAside,
  },
  {
    what: 'a line of NDJSON that was cut off',
    files: { 'a.ndjson': '{"Name":"Acme"}\n{"Name":"Glo\n{"Name":"Initech"}\n' },
  },
  {
    what: 'a line of NDJSON that was cut off',
    files: { 'a.ndjson': '{"Name":"Acme"}\n{"Name":"Glo\n{"Name":"Initech"}\n' },
    ...setAside,
  },
  { what: 'an error in an Excel sheet', files: { 'a.xlsx': withError } },
  { what: 'an error in an Excel sheet', files: { 'a.xlsx': withError }, ...setAside },
  { what: 'one row that is not UTF-8', files: { 'a.csv': Buffer.concat([latin, acme]) }, ...setAside },
  { what: 'one row with a NUL', files: { 'a.csv': 'Name\nAc\0me\nGlobex\n' }, ...setAside },
  {
    what: 'one row that is not in the encoding',
    files: { 'a.csv': Buffer.concat([japanese, Buffer.from([0xa0]), acme, acme]) },
    flags: '--encoding cp932 --set-aside-invalid',
    request: { reading: { encoding: 'cp932' }, setAsideInvalid: true },
  },
  { what: 'half of a character in UTF-16', files: { 'a.csv': halfCharacter } },
  { what: 'half of a character in UTF-16', files: { 'a.csv': halfCharacter }, ...setAside },
  {
    what: 'UTF-16 that was cut off in a character',
    files: { 'a.csv': Buffer.from('Name\nAcme\nGlobex', 'utf16le').subarray(0, -1) },
  },
  { what: 'null for a checkbox in JSON', files: { 'a.json': '[{"Name":"Acme","Active__c":null}]' } },
  { what: 'Shift_JIS (cp932)', files: { 'a.csv': japanese } },
  {
    what: 'Shift_JIS (cp932)',
    files: { 'a.csv': japanese },
    flags: '--encoding cp932',
    request: { reading: { encoding: 'cp932' } },
  },
  {
    what: 'Shift_JIS (cp932)',
    files: { 'a.csv': japanese },
    flags: '--encoding sjis',
    request: { reading: { encoding: 'sjis' } },
  },
  { what: 'Windows-1252', files: { 'a.csv': latin } },
  {
    what: 'Windows-1252',
    files: { 'a.csv': latin },
    flags: '--encoding windows-1252',
    request: { reading: { encoding: 'windows-1252' } },
  },
  {
    what: 'code page 850',
    files: { 'a.csv': dos },
    flags: '--encoding cp850',
    request: { reading: { encoding: 'cp850' } },
  },
  { what: 'Windows-1251', files: { 'a.csv': cyrillic } },
  {
    what: 'an encoding that nobody knows',
    files: { 'a.csv': 'Name\nAcme\n' },
    flags: '--encoding klingon',
    request: { reading: { encoding: 'klingon' } },
  },
  { what: 'lines that end in a carriage return alone', files: { 'a.csv': 'Name,Phone\rAcme,1\r' } },
  { what: 'the byte 0x1A at the end', files: { 'a.csv': 'Name,Phone\nAcme,1\n\u001a' } },
  { what: 'the byte 0x1A at the end of a file of one column', files: { 'a.csv': 'Name\nAcme\n\u001a' } },
  {
    what: 'the same columns in another order',
    files: { 'a.csv': 'Name,Phone\nAcme,1\n', 'b.csv': 'Phone,Name\n2,Globex\n' },
  },
  {
    what: 'other columns in a second file',
    files: { 'a.csv': 'Name,Phone\nAcme,1\n', 'b.csv': 'Name,Site\nGlobex,2\n' },
  },
  {
    what: 'the same file given twice (on a terminal the command asks first)',
    files: { 'a.csv': 'Name\nAcme\n' },
    isGivenTwice: true,
  },
  { what: 'an empty array beside a file', files: { 'a.json': '[]', 'b.csv': 'Name\nAcme\n' } },
];
