import { notFound } from '../server/errors.ts';
import { idKey } from '../server/ids.ts';
import type { Job } from './job.ts';

/** Jobs of one kind by id; ids may have 15 or 18 characters. */
export class JobStore<J extends Job> {
  readonly #jobs = new Map<string, J>();
  readonly #deleted: J[] = [];
  readonly #age: (job: J) => boolean;

  /** `age` is asked about a job each time it is looked for: it may change the job, and says whether it is still kept. */
  constructor(age: (job: J) => boolean) {
    this.#age = age;
  }

  add(job: J): J {
    this.#jobs.set(idKey(job.id), job);
    return job;
  }

  /** @throws OrgError NOT_FOUND for an unknown or deleted id */
  get(id: string | undefined): J {
    const job = this.#jobs.get(idKey(id ?? ''));
    if (job === undefined || !this.#isKept(job)) throw notFound();
    return job;
  }

  delete(job: J): void {
    this.#jobs.delete(idKey(job.id));
    this.#deleted.push(job);
  }

  /** What clients can see. */
  get all(): readonly J[] {
    return [...this.#jobs.values()].filter((job) => this.#isKept(job));
  }

  /** Everything there ever was. */
  get ever(): readonly J[] {
    return [...this.#jobs.values(), ...this.#deleted];
  }

  #isKept(job: J): boolean {
    if (this.#age(job)) return true;
    this.delete(job);
    return false;
  }
}
