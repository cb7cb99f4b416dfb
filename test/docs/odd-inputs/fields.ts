import { parseMapRules } from '../../../src/lib/mapping/mapping.js';
import { parseSdl } from '../../../src/lib/mapping/sdl.js';
import { account, attachment, personAccount, type OddInput } from './odd-input.ts';

const id = '001000000000001AAA';
const ignore = { flags: '--ignore-unknown-columns', request: { columns: { ignoreUnknown: true } } };
const unchecked = { flags: '--no-preflight', request: { preflight: false } };
const emptyAsNull = { flags: '--empty-as-null', request: { columns: { emptyAsNull: true } } };
const setAside = { flags: '--set-aside-invalid', request: { setAsideInvalid: true } };

function sdl(text: string): Pick<OddInput, 'flags' | 'request'> {
  return {
    flags: `--mapping-file with ${text}`,
    request: { columns: { mapping: parseSdl(text, { file: 'a.sdl' }) } },
  };
}

/** Columns and values that do not fit the object, or seem not to. */
export const fields: readonly OddInput[] = [
  {
    what: 'person accounts: a last name and no name',
    files: { 'a.csv': 'LastName\nDoe\n' },
    object: personAccount,
  },
  {
    what: 'persons and businesses in one file',
    files: { 'a.csv': 'Name,LastName\nAcme,\n,Doe\n' },
    object: personAccount,
  },
  {
    what: 'a person with a name of the whole, and an account with neither',
    files: { 'a.csv': 'Name,LastName,Phone\nAnn Doe,Doe,1\n,,2\n,Doe,3\n' },
    object: personAccount,
    ...setAside,
  },
  {
    what: 'a person with a name of the whole',
    files: { 'a.csv': `Id,Name,LastName\n${id},Ann Doe,Doe\n` },
    operation: 'update',
    object: personAccount,
  },
  {
    what: 'an empty checkbox',
    files: { 'a.csv': 'Id,Active__c\n' + `${id},\n` },
    operation: 'update',
    ...emptyAsNull,
  },
  { what: '#N/A in a checkbox', files: { 'a.csv': 'Name,Active__c\nAcme,#N/A\n' } },
  {
    what: 'an empty cell of a required field',
    files: { 'a.csv': `Id,Name\n${id},\n` },
    operation: 'update',
    ...emptyAsNull,
  },
  {
    what: 'an upsert without a key named',
    files: { 'a.csv': 'Name,Ext__c\nAcme,1\n' },
    operation: 'upsert',
    ...unchecked,
  },
  {
    what: 'a deletion with more than ids',
    files: { 'a.csv': `Name,Id\nAcme,${id}\n` },
    operation: 'delete',
    ...unchecked,
  },
  { what: 'a column that is no field', files: { 'a.csv': 'Name,Notes\nAcme,x\n' } },
  { what: 'a column that is no field', files: { 'a.csv': 'Name,Notes\nAcme,x\n' }, ...ignore },
  {
    what: 'a column that is no field',
    files: { 'a.csv': 'Name,Notes\nAcme,x\n' },
    flags: '--no-preflight --ignore-unknown-columns',
    request: { preflight: false, columns: { ignoreUnknown: true } },
  },
  {
    what: 'a key twice',
    files: { 'a.csv': 'Ext__c,Name\nA-1,Acme\nb,Globex\na-1,Initech\n' },
    operation: 'upsert',
  },
  {
    what: 'a key twice',
    files: { 'a.csv': 'Ext__c,Name\nA-1,Acme\nb,Globex\na-1,Initech\n' },
    operation: 'upsert',
    flags: '--duplicate-keys refuse',
    request: { duplicateKeys: 'refuse' },
  },
  { what: 'a comma at the end of every line', files: { 'a.csv': 'Name,Phone,\nAcme,1,\n' } },
  { what: 'a comma at the end of every line', files: { 'a.csv': 'Name,Phone,\nAcme,1,\n' }, ...ignore },
  { what: 'one empty cell too many', files: { 'a.csv': 'Name,Phone\nAcme,1\nGlobex,2,\n' } },
  { what: 'one empty cell too many', files: { 'a.csv': 'Name,Phone\nAcme,1\nGlobex,2,\n' }, ...ignore },
  { what: 'one value too many', files: { 'a.csv': 'Name,Phone\nAcme,1,x\n' }, ...ignore },
  { what: 'a column twice', files: { 'a.csv': 'Name,NAME\nAcme,x\n' } },
  {
    what: 'Id beside another key',
    files: { 'a.csv': `Ext__c,Id,Name\n1,${id},Acme\n` },
    operation: 'upsert',
    flags: '--external-id Ext__c',
    request: { externalId: 'Ext__c' },
  },
  { what: 'a column of files', files: { 'a.csv': 'Name,Body\na.txt,aGVsbG8=\n' }, object: attachment },
  {
    what: 'an object that nobody may create',
    files: { 'a.csv': 'Name\nAcme\n' },
    object: { ...account, createable: false },
  },
  {
    what: 'an object that nobody may update',
    files: { 'a.csv': `Id,Name\n${id},Acme\n` },
    operation: 'update',
    object: { ...account, updateable: false },
  },
  {
    what: 'an object that nobody may delete',
    files: { 'a.csv': `Id\n${id}\n` },
    operation: 'delete',
    object: { ...account, deletable: false },
  },
  {
    what: 'an id that has lost its capital letters',
    files: { 'a.csv': 'Id,Name\n0014x00000xl3olaaj,Acme\n' },
    operation: 'update',
  },
  {
    what: 'an id of 15 characters',
    files: { 'a.csv': 'Id,Name\n0014x00000Xl3Ol,Acme\n' },
    operation: 'update',
  },
  {
    what: 'an id of another object',
    files: { 'a.csv': 'Id,Name\n003000000000001AAA,Acme\n' },
    operation: 'update',
  },
  {
    what: 'a parent that may be of several objects, in a mapping file',
    files: { 'a.csv': 'N,O\nAcme,me@example.com\n' },
    ...sdl('N=Name\nO=Owner\\:User-Username'),
  },
  {
    what: 'a parent that is of one object, in a mapping file',
    files: { 'a.csv': 'N,P\nAcme,1\n' },
    ...sdl('N=Name\nP=Parent\\:Account-Ext__c'),
  },
  {
    what: '`sf__Id` in place of Id',
    files: { 'a.csv': `sf__Id,sf__Error,Name\n${id},x,Acme\n` },
    operation: 'update',
  },
  { what: 'a blank before Id', files: { 'a.csv': ` Id,Name\n${id},Acme\n` }, operation: 'update' },
  {
    what: 'a blank before Id',
    files: { 'a.csv': ` Id,Name\n${id},Acme\n` },
    operation: 'update',
    flags: '--map "Id=Id"',
    request: { columns: { mapping: parseMapRules(['Id=Id']) } },
  },
  { what: 'a no-break space after Id', files: { 'a.csv': `Id\u00a0\n${id}\n` }, operation: 'delete' },
  { what: 'ids without a header', files: { 'a.csv': `${id}\n001000000000002AAA\n` }, operation: 'delete' },
  {
    what: 'the header again in the middle',
    files: { 'a.csv': 'Name,Phone\nAcme,1\nName,Phone\nGlobex,2\n' },
  },
  { what: 'the name of the only column as a value', files: { 'a.csv': 'Name\nAcme\nName\n' } },
  {
    what: 'the header again, behind a byte order mark',
    files: { 'a.csv': '\uFEFFName,Phone\nAcme,1\n\uFEFFName,Phone\nGlobex,2\n' },
  },
  {
    what: 'the header again, spelled in another way',
    files: { 'a.csv': 'Name,Phone\nAcme,1\n" name",PHONE\nGlobex,2\n' },
  },
  {
    what: 'each line in quotes as a whole',
    files: { 'a.csv': '"Ext__c,Name"\n"1,Acme"\n' },
    operation: 'upsert',
  },
  {
    what: 'a delimiter that is not the service’s',
    files: { 'a.csv': 'Ext__c~Name\n1~Acme\n' },
    operation: 'upsert',
  },
  {
    what: 'a delimiter that is not the service’s',
    files: { 'a.csv': 'Ext__c~Name\n1~Acme\n' },
    operation: 'upsert',
    flags: '--column-delimiter "~"',
    request: { reading: { delimiter: '~' } },
  },
  { what: 'one bad cell', files: { 'a.csv': 'Name,Employees__c\nAcme,1\nGlobex,many\n' } },
  { what: 'one bad cell', files: { 'a.csv': 'Name,Employees__c\nAcme,1\nGlobex,many\n' }, ...setAside },
  { what: 'one bad cell', files: { 'a.csv': 'Name,Employees__c\nAcme,1\nGlobex,many\n' }, ...unchecked },
  { what: 'a row with too many values', files: { 'a.csv': 'Name,Phone\nAcme, Inc.,1\nGlobex,2\n' } },
  {
    what: 'a row with too many values',
    files: { 'a.csv': 'Name,Phone\nAcme, Inc.,1\nGlobex,2\n' },
    ...setAside,
  },
  { what: 'a stray quote', files: { 'a.csv': 'Name,Phone\nPipe 5",1\nGlobex,2\n' }, ...setAside },
  {
    what: 'a quote that may go on in later lines',
    files: { 'a.csv': 'Name,Phone\n"Acme "Inc",1\nGlobex,2\n' },
    ...setAside,
  },
  ...[{}, setAside, { flags: '--ignore-unknown-columns', request: { columns: { ignoreUnknown: true } } }].map(
    (more) => ({
      what: 'a list in a column that is no field, in JSON',
      files: { 'a.json': '[{"Name":"Acme"},{"Name":"Globex","Tags":[{"id":1}]}]' },
      ...more,
    }),
  ),
  ...[{}, setAside].map((more) => ({
    what: 'a record with an object in a field, in JSON',
    files: { 'a.json': '[{"Name":"Acme"},{"Name":["a",{"b":1}],"Phone":"1"}]' },
    ...more,
  })),
  {
    what: 'one bad record in JSON',
    files: { 'a.json': '[{"Name":"Acme"},{"Name":null,"Phone":"1"}]' },
    ...setAside,
  },
  { what: 'labels in place of names', files: { 'a.csv': 'Account Name\nAcme\n' } },
  { what: 'a name that is nearly right', files: { 'a.csv': 'Name,Fone\nAcme,1\n' } },
  { what: 'a field that the org fills in', files: { 'a.csv': 'Name,Made__c\nAcme,x\n' } },
  { what: 'Id on insert', files: { 'a.csv': `Id,Name\n${id},Acme\n` } },
  { what: 'no required field', files: { 'a.csv': 'Phone\n1\n' } },
  { what: 'a date as Excel writes it in Germany', files: { 'a.csv': 'Name,Founded__c\nAcme,31.01.2026\n' } },
  { what: 'a day that does not exist', files: { 'a.csv': 'Name,Founded__c\nAcme,2026-02-30\n' } },
  { what: 'a decimal comma', files: { 'a.csv': 'Name;Revenue__c\nAcme;1.234,56\n' } },
  { what: 'a picklist value that is not there', files: { 'a.csv': 'Name,Kind__c\nAcme,Custumer\n' } },
  { what: 'yes for a checkbox', files: { 'a.csv': 'Name,Active__c\nAcme,yes\n' } },
  { what: 'a text that is too long', files: { 'a.csv': 'Name,Site\nAcme,a very long name of a site\n' } },
  { what: 'a name for a parent’s id', files: { 'a.csv': 'Name,ParentId\nAcme,Globex\n' } },
];
