import { isThere } from '../../files/file-facts.js';
import { CopyMaps } from '../model/copy-maps.js';
import { matchMapPaths } from '../model/match-files.js';
import { personMapPath } from '../survey/person-contacts.js';
import { ownFile, type CopyWork } from '../model/work.js';

/** Opens all that is known between two rounds of which records of the source are which of the target. */
export async function openTargetMaps(
  work: Pick<CopyWork, 'runId' | 'contexts' | 'journal'>,
): Promise<CopyMaps> {
  const { plan, surveyed, mapped, round } = work.journal;
  const maps = new CopyMaps();
  for (const { object, persons } of plan.objects) {
    for (const path of matchMapPaths(work, object)) maps.add(object, path);
    for (let each = 0; persons?.contact !== undefined && each <= round; each++) {
      const path = personMapPath(work, each);
      if (await isThere(path)) maps.add(persons.contact, path);
    }
  }
  for (const each of mapped) {
    const step = surveyed?.steps[each.step];
    if (step?.kind === 'load' || step?.kind === 'update')
      maps.add(step.object, ownFile(work, `map-${each.round}-${each.step}`));
  }
  return maps;
}
