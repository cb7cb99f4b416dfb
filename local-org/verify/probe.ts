import type { OrgSession } from './session.ts';

/** One fact of the service, and how to ask an org for it. */
export type Probe = {
  /** A sentence that says what the local org does by default. */
  readonly fact: string;
  /** How far it is known: seen in public captures, or uncertain. */
  readonly known: 'seen' | 'uncertain';
  /** Where it was seen or said. */
  readonly source: string;
  /** The switches of the local org that choose another behaviour. */
  readonly switches?: readonly string[];
  /** Objects of which the probe makes records. */
  readonly makes?: readonly string[];
  /** Objects or fields (`Contact.Birthdate`) that it needs and that an org may lack. */
  readonly needs?: readonly string[];
  /**
   * Asks, and answers with a text that tells two orgs apart only where they behave differently.
   * @throws CannotAsk
   */
  readonly ask: (session: OrgSession) => Promise<string>;
};
