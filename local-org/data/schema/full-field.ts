import type { Field } from '../../contracts.ts';

/** A describe field with every attribute the org acts on or echoes. */
export type FullField = Omit<Field, 'picklistValues'> & {
  readonly autoNumber: boolean;
  readonly calculated: boolean;
  readonly caseSensitive: boolean;
  readonly defaultValue: string | number | boolean | null;
  readonly digits: number;
  readonly filterable: boolean;
  readonly groupable: boolean;
  readonly nameField: boolean;
  readonly picklistValues: ReadonlyArray<{
    readonly value: string;
    readonly label: string;
    readonly active: boolean;
    readonly defaultValue: boolean;
  }>;
  readonly sortable: boolean;
};

/** What a schema file must say of a field; the rest follows from its type. */
export type SparseField = { readonly name: string; readonly type: string } & Partial<
  Omit<FullField, 'name' | 'type' | 'picklistValues'>
> & { readonly picklistValues?: ReadonlyArray<{ readonly value: string } & Record<string, unknown>> };

const lengthByType: Readonly<Record<string, number>> = {
  id: 18,
  reference: 18,
  string: 255,
  textarea: 255,
  phone: 40,
  email: 80,
  url: 255,
  picklist: 255,
  combobox: 255,
  multipicklist: 4099,
};

const soapTypeByType: Readonly<Record<string, string>> = {
  id: 'tns:ID',
  reference: 'tns:ID',
  boolean: 'xsd:boolean',
  int: 'xsd:int',
  double: 'xsd:double',
  currency: 'xsd:double',
  percent: 'xsd:double',
  date: 'xsd:date',
  datetime: 'xsd:dateTime',
  time: 'xsd:time',
  base64: 'xsd:base64Binary',
  address: 'urn:address',
  location: 'urn:location',
};

const readOnlyTypes = new Set(['id', 'address', 'location']);
const longestSortableText = 255;

/** "BillingStreet" becomes "Billing Street", "Ship_Date__c" becomes "Ship Date". */
function labelOf(name: string, type: string): string {
  if (name.endsWith('__c')) return name.slice(0, -3).replaceAll('_', ' ');
  const words = name.replaceAll('_', ' ').replace(/([a-z0-9])([A-Z])/g, '$1 $2');
  return type === 'reference' ? words.replace(/ Id$/, ' ID') : words;
}

export function isNumeric({ type }: { readonly type: string }): boolean {
  return type === 'int' || type === 'double' || type === 'currency' || type === 'percent';
}

/** The XML schema type that Bulk names when a cell cannot be read as this field: `xsd:date`. */
export function soapType(type: string): string {
  return soapTypeByType[type] ?? 'xsd:string';
}

/** Adds to a sparse field what a describe call would say of it; whatever the file says wins. */
export function completeField(sparse: SparseField): FullField & Record<string, unknown> {
  const { name, type } = sparse;
  const writable = !readOnlyTypes.has(type) && sparse.calculated !== true && sparse.autoNumber !== true;
  const length = sparse.length ?? lengthByType[type] ?? 0;
  const isLong = (type === 'textarea' && length > longestSortableText) || type === 'base64';
  const isCompound = type === 'address' || type === 'location';
  const isBoolean = type === 'boolean';
  const referenceTo = sparse.referenceTo ?? [];
  return {
    aggregatable: !isLong && !isBoolean && !isCompound,
    aiPredictionField: false,
    autoNumber: false,
    byteLength: length * 3,
    calculated: false,
    calculatedFormula: null,
    cascadeDelete: false,
    caseSensitive: false,
    compoundFieldName: null,
    controllerName: null,
    createable: writable,
    custom: name.endsWith('__c'),
    defaultValue: isBoolean ? false : null,
    defaultValueFormula: null,
    defaultedOnCreate: isBoolean,
    dependentPicklist: false,
    deprecatedAndHidden: false,
    digits: 0,
    displayLocationInDecimal: false,
    encrypted: false,
    externalId: false,
    extraTypeInfo: null,
    filterable: !isLong && !isCompound,
    filteredLookupInfo: null,
    formulaTreatNullNumberAsZero: false,
    groupable:
      !isLong &&
      !isCompound &&
      !['double', 'currency', 'percent', 'datetime', 'multipicklist'].includes(type),
    highScaleNumber: false,
    htmlFormatted: false,
    idLookup: sparse.externalId === true,
    inlineHelpText: null,
    label: labelOf(name, type),
    mask: null,
    maskType: null,
    nameField: false,
    namePointing: referenceTo.length > 1,
    nillable: !isBoolean,
    permissionable: writable,
    polymorphicForeignKey: referenceTo.length > 1,
    precision: 0,
    queryByDistance: type === 'location',
    referenceTargetField: null,
    relationshipName: null,
    relationshipOrder: null,
    restrictedDelete: false,
    restrictedPicklist: false,
    scale: 0,
    searchPrefilterable: false,
    soapType: soapType(type),
    sortable: !isLong && !isCompound && type !== 'multipicklist',
    unique: false,
    updateable: writable,
    writeRequiresMasterRead: false,
    ...sparse,
    length,
    referenceTo,
    picklistValues: (sparse.picklistValues ?? []).map((entry) => ({
      active: true,
      defaultValue: false,
      label: entry.value,
      validFor: null,
      ...entry,
    })),
  };
}
