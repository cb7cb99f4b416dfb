import { resolve } from 'node:path';
import { isDefiniteRefusal } from '../../api/retry.js';
import { UsageError } from '../../errors.js';
import type { CopyObject, CopyPlan } from '../../run/copy-record.js';
import { readMaskKey } from './mask-key.js';
import type { PlanOrg } from '../plan/resolve-plan.js';

/**
 * Decides with what a copy masks, and finds out whether its records are those of real people.
 * @param keyFile a key of the person's own, so that a later copy makes the same values
 * @throws UsageError the key can't be read or has no use, or a key by which records are matched would change every time
 */
export async function maskingOf(
  objects: readonly CopyObject[],
  { keyFile, source }: { readonly keyFile: string | undefined; readonly source: Pick<PlanOrg, 'records'> },
): Promise<Pick<CopyPlan, 'maskKey' | 'isFromProduction'>> {
  const isMasked = objects.some(({ masks }) => masks !== undefined);
  if (keyFile !== undefined && !isMasked) {
    throw new UsageError('A mask key was given, and the plan masks no field.', {
      actions: ['Add "mask" to an object of the plan, or leave out --mask-key-file.'],
    });
  }
  const changing =
    keyFile === undefined ? objects.find((object) => maskedKey(object) !== undefined) : undefined;
  if (changing !== undefined) {
    throw new UsageError(
      `The key ${maskedKey(changing) ?? ''} of ${changing.object} is masked, with other values in every copy: nothing would be found again.`,
      { actions: ['Mask with the same key every time: --mask-key-file FILE', 'Or take another "key".'] },
    );
  }
  const hasPersonalFields = objects.some(({ unmasked }) => unmasked !== undefined);
  return {
    ...(keyFile === undefined ? {} : { maskKey: await readMaskKey(resolve(keyFile)) }),
    ...(hasPersonalFields && (await isProduction(source)) ? { isFromProduction: true } : {}),
  };
}

function maskedKey({ key, match, masks = {} }: CopyObject): string | undefined {
  const fields = [
    ...(key === undefined ? [] : [key.field]),
    ...(match?.fields ?? []).map(({ field }) => field),
  ];
  return fields.find((field) => masks[field] !== undefined);
}

/** Neither a sandbox, nor an org for development or for a trial, as scratch orgs are. */
async function isProduction({ records }: Pick<PlanOrg, 'records'>): Promise<boolean> {
  try {
    const [org] = await records('SELECT IsSandbox, OrganizationType, TrialExpirationDate FROM Organization');
    return (
      org?.IsSandbox === false &&
      org.OrganizationType !== 'Developer Edition' &&
      org.TrialExpirationDate === null
    );
  } catch (error) {
    // Better told once too often.
    if (isDefiniteRefusal(error)) return true;
    throw error;
  }
}
