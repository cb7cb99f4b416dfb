import { OrgError } from '../contracts.ts';
import type { Allowances } from '../options.ts';

/** Some limits also say what single applications have left, beside what all have. */
const perApp = { 'Salesforce for Android': { Max: 0, Remaining: 0 } };

/** What the org still lets its user do today; `GET /limits` shows it. */
export class AllowanceBook {
  readonly #max: Allowances;
  readonly #used: Record<keyof Allowances, number> = {
    DailyApiRequests: 0,
    DailyBulkApiBatches: 0,
    DailyBulkV2QueryJobs: 0,
    DailyBulkV2QueryFileStorageMB: 0,
    DataStorageMB: 0,
  };

  readonly #maxIngestRecords: number;
  #ingestRecords = 0;

  /** `maxIngestRecords`: what a day's ingest jobs may bring; `GET /limits` does not have it. */
  constructor(max: Allowances, maxIngestRecords: number) {
    this.#max = max;
    this.#maxIngestRecords = maxIngestRecords;
  }

  /** Uses some of an allowance; false, and nothing used, when it is spent. */
  use(name: keyof Allowances, amount = 1): boolean {
    if (this.#used[name] + amount > this.#max[name]) return false;
    this.#used[name] += amount;
    return true;
  }

  /** Uses a batch and its rows; false, and nothing used, when either is spent. */
  useBatch(rows: number): boolean {
    if (this.#ingestRecords + rows > this.#maxIngestRecords || !this.use('DailyBulkApiBatches')) return false;
    this.#ingestRecords += rows;
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

  get limits(): Record<string, Record<string, unknown>> {
    const names = Object.keys(this.#max) as Array<keyof Allowances>;
    return Object.fromEntries(
      names.map((name) => [
        name,
        {
          Max: this.#max[name],
          Remaining: Math.max(0, Math.floor(this.#max[name] - this.#used[name])),
          ...(name === 'DailyApiRequests' ? perApp : {}),
        },
      ]),
    );
  }
}
