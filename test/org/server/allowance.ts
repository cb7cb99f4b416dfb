import { OrgError } from '../contracts.ts';
import type { Allowances } from '../options.ts';

/** What the org still lets its user do today; `GET /limits` shows it. */
export class AllowanceBook {
  readonly #max: Allowances;
  readonly #used: Record<keyof Allowances, number> = {
    DailyApiRequests: 0,
    DailyBulkApiBatches: 0,
    DailyBulkV2QueryJobs: 0,
    DailyBulkV2QueryFileStorageMB: 0,
  };

  constructor(max: Allowances) {
    this.#max = max;
  }

  /** Uses some of an allowance; false, and nothing used, when it is spent. */
  use(name: keyof Allowances, amount = 1): boolean {
    if (this.#used[name] + amount > this.#max[name]) return false;
    this.#used[name] += amount;
    return true;
  }

  used(name: keyof Allowances): number {
    return this.#used[name];
  }

  max(name: keyof Allowances): number {
    return this.#max[name];
  }

  /** The value of the `Sforce-Limit-Info` header. */
  get limitInfo(): string {
    return `api-usage=${this.#used.DailyApiRequests}/${this.#max.DailyApiRequests}`;
  }

  /** @throws OrgError REQUEST_LIMIT_EXCEEDED */
  useRequest(): void {
    if (this.use('DailyApiRequests')) return;
    throw new OrgError('REQUEST_LIMIT_EXCEEDED', 'TotalRequests Limit exceeded.', 403);
  }

  get limits(): Record<string, { Max: number; Remaining: number }> {
    const names = Object.keys(this.#max) as Array<keyof Allowances>;
    return Object.fromEntries(
      names.map((name) => [
        name,
        { Max: this.#max[name], Remaining: Math.max(0, Math.floor(this.#max[name] - this.#used[name])) },
      ]),
    );
  }
}
