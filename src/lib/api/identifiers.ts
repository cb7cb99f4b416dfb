import { UsageError } from '../errors.js';

/** Whether a value is an id of a job, a record, a user or an org: 15 or 18 letters and digits, nothing else. */
export function isSalesforceId(value: unknown): value is string {
  return typeof value === 'string' && /^[a-zA-Z0-9]{15}([a-zA-Z0-9]{3})?$/.test(value);
}

/** What stands for the case of five characters of an id, the lowest bit for the first of them: 1 for a capital letter. */
export const checkCharacters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ012345';

/**
 * The id of 18 characters for one of 15: each of the last three tells the case of five others (Salesforce help: 15 and
 * 18 character ids).
 */
export function longId(id: string): string {
  let suffix = '';
  for (let group = 0; group < 3; group++) {
    let bits = 0;
    for (let index = 0; index < 5; index++) {
      const code = id.charCodeAt(group * 5 + index);
      if (code >= 65 && code <= 90) bits |= 1 << index;
    }
    suffix += checkCharacters[bits] ?? '';
  }
  return id + suffix;
}

/** Whether a value is the API name of an object, a field or a relationship, namespace and suffix included. */
export function isApiName(value: unknown): value is string {
  return typeof value === 'string' && /^[a-zA-Z]\w{0,254}$/.test(value);
}

/** An id on its way into an address. @throws UsageError it is none, and could lead anywhere */
export function idSegment(id: string): string {
  if (isSalesforceId(id)) return id;
  throw new UsageError(`${JSON.stringify(id)} isn't an id: ids are 15 or 18 letters and digits.`, {
    actions: ['List the jobs with their ids: sf bulk2 job list'],
    data: { id },
  });
}

/** An object's name on its way into an address. @throws UsageError it is none, and could lead anywhere */
export function nameSegment(name: string): string {
  if (isApiName(name)) return name;
  throw new UsageError(`${JSON.stringify(name)} isn't an API name: those are letters, digits and "_".`, {
    actions: ['List the objects of the org: sf sobject list --sobject all'],
    data: { name },
  });
}
