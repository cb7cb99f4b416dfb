import { inPool } from './pool.ts';
import type { Probe } from './probe.ts';
import { CannotAsk } from './said.ts';
import type { OrgSession } from './session.ts';

/** What an org said to a probe, or why it could not be asked. */
export type Finding = { readonly said: string } | { readonly cannot: string };

const atOnce = 4;

/** Codes of what an org's own rules and automation refuse. */
const ownRule =
  /DUPLICATES_DETECTED|FIELD_CUSTOM_VALIDATION_EXCEPTION|CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY|CANNOT_EXECUTE_FLOW_TRIGGER/;

/**
 * Asks an org every probe, a few at a time.
 * @returns one finding a probe, in their order
 * @throws what ended the run, once no probe is at work any more
 */
export async function runProbes(
  session: OrgSession,
  probes: readonly Probe[],
  onFinding: (done: number) => void = () => undefined,
): Promise<readonly Finding[]> {
  let done = 0;
  return inPool(probes, atOnce, async (probe) => {
    const finding = await find(session, probe);
    done += 1;
    onFinding(done);
    return finding;
  });
}

async function find(session: OrgSession, probe: Probe): Promise<Finding> {
  try {
    await check(session, probe);
    const said = await probe.ask(session);
    return ownRule.test(said) ? { cannot: `a rule of the org got in the way: ${said}` } : { said };
  } catch (error) {
    session.throwIfStopped();
    if (error instanceof CannotAsk) return { cannot: error.message };
    return { cannot: `the probe failed: ${error instanceof Error ? reasonOf(error) : String(error)}` };
  }
}

/** `fetch failed` says nothing; its cause does. */
function reasonOf({ message, cause }: Error): string {
  return cause instanceof Error ? `${message}: ${cause.message}` : message;
}

/** @throws CannotAsk when the org lacks what the probe needs, or refuses even plain records of what it makes */
async function check(session: OrgSession, { makes = [], needs = [] }: Probe): Promise<void> {
  for (const need of needs) {
    const [object = '', name] = need.split('.');
    const fields = await session.fields(object);
    if (fields === undefined) throw new CannotAsk(`the org has no ${object}`);
    if (name !== undefined && !fields.some((field) => field.name === name)) {
      throw new CannotAsk(`${object} has no ${name}, or the user may not see it`);
    }
  }
  for (const object of makes) await session.shared(object);
}
