// The keys of a plan, by what has them.

export const planKeys = {
  required: ['version', 'objects'],
  optional: ['missing', 'owners'],
} as const;

export const ownerKeys = { required: ['match'], optional: ['else'] } as const;

export const objectKeys = {
  required: ['object'],
  optional: [
    ...(['where', 'within', 'fields', 'except', 'operation', 'key', 'set', 'values', 'mask'] as const),
    ...(['lookups', 'file', 'map', 'nullMark', 'encoding'] as const),
  ],
} as const;

export const lookupKeys = { required: [], optional: ['missing', 'of', 'by'] } as const;

function inLookup(rule: string): string {
  return `lookups: { FIELD: { ${rule} } }`;
}

const ofObject = 'It is a key of an object: put it below "objects", beside "object".';
const ofOwners = 'It goes to "owners": owners: { match: Username, else: me }.';
const ofPlan = 'It goes to the top of the plan, beside "objects".';
const ofLookup = `It goes to a lookup of an object: ${inLookup('of: OBJECT, by: FIELD')}.`;
const missing = `It goes to the top of the plan, for all lookups, or to one lookup of an object: ${inLookup('missing: hold')}.`;

/** Where each key goes, for one that is somewhere else: a sentence. */
export const placesOfKeys: Readonly<Record<string, string>> = {
  ...placed([...objectKeys.required, ...objectKeys.optional], ofObject),
  ...placed([...ownerKeys.required, ...ownerKeys.optional], ofOwners),
  ...placed([...planKeys.required, ...planKeys.optional], ofPlan),
  ...placed(['of', 'by'], ofLookup),
  missing,
};

function placed(keys: readonly string[], place: string): Record<string, string> {
  return Object.fromEntries(keys.map((key) => [key, place]));
}
