/** What a change by query was asked for; whether two of them are the same is told by it. */
export type QueriedChange = {
  /** The query as it was given. */
  readonly soql: string;
  /** The new values as they were given; absent for a deletion, and where a function makes them. */
  readonly template?: Readonly<Record<string, string | number | boolean | null>>;
  /** Absolute: has the ids and, on update, the old values. Absent: nobody wanted it. */
  readonly savedFilePath?: string;
};

/** Everything that resuming a change by query needs that goes through SObject Collections; others are loads. */
export type ChangePlan = {
  readonly operation: 'update' | 'delete';
  readonly object: string;
  readonly change: QueriedChange;
  /** The field that tells when a record was last modified; absent: the object has none. */
  readonly stampField?: string;
  /** Records that were found, whose old and new values are in a file of the run's own. */
  readonly rows: number;
  /** See `LoadPlan`. */
  readonly reportPath?: string | undefined;
};

/** What has become of the records of a change by query so far. */
export type ChangeProgress = {
  readonly successful: number;
  readonly failed: number;
  /** Left alone by a resume, since somebody has modified them after they were found. */
  readonly skipped: number;
};
