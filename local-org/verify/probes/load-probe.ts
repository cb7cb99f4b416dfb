import type { Probe } from '../probe.ts';
import { outcomeOf, type Json, type OrgSession } from '../session.ts';

export type LoadProbe = Omit<Probe, 'ask'> & {
  readonly job: Json;
  readonly csv: string | ((session: OrgSession) => Promise<string>);
};

/** A fact that shows in what becomes of one load. */
export function loadProbe({ job, csv, ...probe }: LoadProbe): Probe {
  return {
    ...probe,
    ask: async (session) => {
      const content = typeof csv === 'string' ? csv : await csv(session);
      return outcomeOf(await session.load(job, content));
    },
  };
}

export const insertAccount: Json = { object: 'Account', operation: 'insert' };
export const updateAccount: Json = { object: 'Account', operation: 'update' };
export const insertContact: Json = { object: 'Contact', operation: 'insert' };
export const upsertContactByEmail: Json = {
  object: 'Contact',
  operation: 'upsert',
  externalIdFieldName: 'Email',
};
