import type { Probe } from '../probe.ts';
import { CannotAsk, said } from '../said.ts';
import type { Json, OrgSession } from '../session.ts';

/** Tries to create a job, which is never filled. */
async function creating(session: OrgSession, job: Json, name = String(job.object)): Promise<string> {
  const answer = await session.ask('POST jobs/ingest', { json: job });
  return said(answer).replaceAll(name, '‹object›');
}

/** The first object of the org with this ending. */
async function objectEnding(session: OrgSession, ending: string): Promise<string> {
  const { sobjects } = await session.json('GET sobjects');
  const found = (sobjects as Array<{ name: string }>).find(({ name }) => name.endsWith(ending));
  if (found === undefined) throw new CannotAsk(`the org has no object ${ending}`);
  return found.name;
}

/** Jobs on objects without the rights for them. */
export const rights: readonly Probe[] = [
  {
    fact: 'A job that inserts into an object that cannot be created is refused',
    known: 'seen',
    source: 'forcedotcom/cli#3072, #2254',
    needs: ['CaseStatus'],
    ask: (session) => creating(session, { object: 'CaseStatus', operation: 'insert' }),
  },
  {
    fact: 'An upsert to an object that can be created but not updated is refused',
    known: 'seen',
    source: 'forcedotcom/cli#3072',
    needs: ['GroupMember'],
    ask: (session) =>
      creating(session, { object: 'GroupMember', operation: 'upsert', externalIdFieldName: 'Id' }),
  },
  {
    fact: 'An upsert of platform events is refused',
    known: 'seen',
    source: 'forcedotcom/cli#2254',
    ask: async (session) => {
      const object = await objectEnding(session, '__e');
      return creating(session, { object, operation: 'upsert', externalIdFieldName: 'Id' });
    },
  },
  {
    fact: 'An insert of custom metadata is refused',
    known: 'seen',
    source: 'forcedotcom/cli#2254',
    ask: async (session) =>
      creating(session, { object: await objectEnding(session, '__mdt'), operation: 'insert' }),
  },
  {
    fact: 'A job that deletes from an object that cannot be deleted is refused',
    known: 'uncertain',
    source: 'seen for creating and updating only',
    switches: ['deletesOfUndeletable'],
    ask: (session) => creating(session, { object: 'User', operation: 'delete' }),
  },
];
