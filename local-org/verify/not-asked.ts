/** A fact that no probe asks for. */
export type NotAsked = {
  readonly fact: string;
  readonly reason: string;
  readonly switches?: readonly string[];
};

/** Facts that are seen or uncertain, and that cost too much to ask for, or that one answer does not settle. */
export const notAsked: readonly NotAsked[] = [
  {
    fact: 'An upload over the limit is refused with 413',
    reason: 'it takes an upload of 112 MB',
    switches: ['oversizeUploadStatus'],
  },
  {
    fact: 'A job that stays open for 24 hours is aborted',
    reason: 'it takes 24 hours',
    switches: ['expiredOpenJob'],
  },
  {
    fact: 'Query jobs and results over the limits of 24 hours are refused with LIMIT_EXCEEDED',
    reason: 'it takes 10,000 jobs or 1 TB of results, and then the org is of no use for a day',
  },
  {
    fact: 'Batches over the limit of 24 hours fail the job with ExceededQuota',
    reason: 'it takes 15,000 batches, and then the org is of no use for a day',
  },
  {
    fact: 'A batch that times out is retried, and its job fails at last',
    reason: 'it takes records whose automation is slow',
  },
  {
    fact: 'Rows are in no promised order',
    reason: 'no number of answers shows that there is no order',
    switches: ['resultOrder'],
  },
  {
    fact: 'Values in unprocessedrecords are quoted only where they must be',
    reason: 'it takes a job that fails half way',
    switches: ['unprocessedQuoting'],
  },
  {
    fact: 'A locked record fails its row with UNABLE_TO_LOCK_ROW',
    reason: 'it takes two transactions at once, and luck',
  },
  {
    fact: 'A value that a unique field has already fails its row with DUPLICATE_VALUE',
    reason: 'no standard object has a unique field, and no metadata is made here',
  },
  {
    fact: 'Duplicate and validation rules fail rows',
    reason: "they are the org's own, and no metadata is made here",
  },
  {
    fact: '403 where the API is disabled or its daily requests are used up, 5xx and 429',
    reason: 'they cannot be asked for',
  },
];
