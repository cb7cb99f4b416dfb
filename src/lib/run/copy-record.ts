import type { JobState } from '../api/types.js';
import type { WaitFor } from '../jobs/deadline.js';
import type { CopyEdits } from './copy-edits.js';
import type { CopyMask, CopyMaskKey } from './copy-mask.js';
import type { FileMark } from './input-mark.js';

/** A lookup of an object of a copy to objects of the same copy. */
export type CopyLookup = {
  readonly field: string;
  /** Objects of the copy that it may refer to. */
  readonly to: readonly string[];
  /** Those of them that are loaded after the object: they are filled by an update at the end. */
  readonly later: readonly string[];
  /** What becomes of a record whose parent is not copied; `default`: the target fills it, with whoever runs the copy. */
  readonly missing: 'clear' | 'hold' | 'fail' | 'default';
  /** It refers to records that are not copied, or that `to` lacks: those of both orgs that have the same name stand for each other. */
  readonly byName?: 'owner' | 'recordType';
  /** It must have a value when the record is created. */
  readonly isRequired: boolean;
  /** Nobody may leave it empty: no plan can say "missing: clear". */
  readonly cannotClear?: true;
  /**
   * Parents that it can't find, since their files have no ids: a value that may be one of theirs stops the copy. `prefix`: what
   * their ids begin with, where it may refer to others too. Absent where there are none, or the plan agrees to lose them.
   */
  readonly withoutIds?: ReadonlyArray<{ readonly object: string; readonly prefix?: string }>;
};

/** A record type of the source, and that of the target which stands for it, where there is one. */
export type CopyRecordType = {
  readonly id: string;
  readonly name: string;
  readonly target?: string;
  /** The plan says so. */
  readonly isRenamed?: true;
};

/** Owners of exported records: by id in the source, their ids in the target, or the names of those that aren't there. */
export type CopyOwners = {
  readonly ids: Readonly<Record<string, string>>;
  readonly missing: Readonly<Record<string, string>>;
};

/** How the target compares two values of a field; `choices`: of a picklist that takes several, in any order. */
export type MatchKind = 'id' | 'exact' | 'any-case' | 'number' | 'datetime' | 'boolean' | 'choices';

/** How records are matched to those of the target where the target can't do that itself. */
export type CopyMatch = {
  /** Whose values are compared, in this order. A lookup is compared by the ids of the target. */
  readonly fields: ReadonlyArray<{
    readonly field: string;
    readonly compare: MatchKind;
    readonly scale?: number;
  }>;
  /** Of what is sent: fields that a record keeps once it is there, and how they are compared. Absent: none are compared. */
  readonly kept?: CopyMatch['fields'];
  /**
   * The only field, where it is an external id that the target lets no two records share: records that are created are known by it in
   * the results. Absent in older journals: they are known by all of their values.
   */
  readonly unique?: Pick<NonNullable<CopyObject['key']>, 'field' | 'kind'>;
  /** Reads all of them, and the ids, from the whole target. */
  readonly soql: string;
};

/** Files that an object's records are read from. */
export type CopyFiles = {
  /** Absolute, in their order. */
  readonly paths: readonly string[];
  /** Of each of them, when the copy began; the checksum is absent in older journals. */
  readonly marks: readonly FileMark[];
  /** Fields by the columns that set them. */
  readonly columns: Readonly<Record<string, string>>;
  /** Of columns whose fields are of one of these types. */
  readonly types?: Readonly<Record<string, 'date' | 'boolean'>>;
  /** Of CSV that does not tell it itself; a name of the WHATWG Encoding Standard. */
  readonly encoding?: string;
  /** Records have no ids of their own: their numbers take their place. */
  readonly isNumbered?: true;
};

/** A lookup whose values in the files are not ids, but what some field of the parents has. */
export type CopyParentKey = {
  readonly field: string;
  /** The parents' object, and the field of theirs. */
  readonly of: string;
  readonly by: string;
  readonly compare: MatchKind;
};

/** An object of a copy, with all that was decided about it when the copy began. */
export type CopyObject = {
  readonly object: string;
  /** Reads its records from the source, where that is an org. */
  readonly soql: string;
  /** Absent where they are read from an org. */
  readonly file?: CopyFiles;
  /** What the text `#N/A` in files is; default: an order to clear the field. Of an org's records it is a text, which holds them. */
  readonly nullMark?: 'clear' | 'hold';
  /** Lookups by other values than ids; absent where there are none. */
  readonly parentKeys?: readonly CopyParentKey[];
  /** The first three characters of the ids of its records in the source. */
  readonly keyPrefix: string;
  /**
   * What becomes of records that the target has, and of others. `insert`: left alone, created. `update`: updated, not sent.
   * `upsert`: updated, created. `reference`: left alone, not sent.
   */
  readonly operation: 'insert' | 'update' | 'upsert' | 'reference';
  /** The external id that an upsert of the target's own matches records by, and how the target compares its values. */
  readonly key?: {
    readonly field: string;
    readonly kind: 'id' | 'exact' | 'any-case' | 'number';
    /** Decimals that the target rounds it to. */
    readonly scale?: number;
  };
  /** Absent where the target matches the records, or nobody does. */
  readonly match?: CopyMatch;
  /** Sent as they are. */
  readonly fields: readonly string[];
  readonly lookups: readonly CopyLookup[];
  /** Lookups by which a record belongs to the copy; absent: all records do. */
  readonly within?: readonly string[];
  /** Values by field, with templates. */
  readonly set: Readonly<Record<string, string>>;
  /** Values that are sent instead of those of the source, by field. */
  readonly values?: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** Of the fields of `values`, multi-select picklists: each of their choices is replaced. Absent in older journals: all are. */
  readonly choices?: readonly string[];
  /** By field, as the source spells it. */
  readonly masks?: Readonly<Record<string, CopyMask>>;
  /** Email and phone fields that are sent as they are. */
  readonly unmasked?: readonly string[];
  /** Accounts that are persons or businesses: fields of persons only, and the object of the plan that has their contacts. */
  readonly persons?: { readonly fields: readonly string[]; readonly contact?: string };
  /** The object of the persons whose contacts belong to this one; the target makes them. */
  readonly personsOf?: string;
  /** Absent where the object has none. */
  readonly recordTypes?: readonly CopyRecordType[];
  /** Of what is sent: fields that a record can't be given any more once it is there. */
  readonly insertOnly?: readonly string[];
  /** Amounts that are sent without their currency, and which of the orgs has several. Absent where there are none. */
  readonly amounts?: { readonly fields: readonly string[]; readonly hasSeveral: 'source' | 'target' };
  /** Of what is sent: fields that the target fills where a new record doesn't say that they are empty. Absent in older journals. */
  readonly defaulted?: readonly string[];
  /** Fields of the source that are not sent, and why. */
  readonly leftOut: ReadonlyArray<{ readonly field: string; readonly reason: string }>;
};

/** Everything that resuming a copy needs, its orgs aside. */
export type CopyPlan = {
  /** In the order of their loads. */
  readonly objects: readonly CopyObject[];
  /** Absent: records belong to whoever runs the copy. */
  readonly owners?: { readonly else: 'me' | 'hold' };
  /** The records only go into this folder, absolute, with the text of the plan that loads them from there. */
  readonly output?: { readonly folder: string; readonly plan: string };
  /** Absolute: folders of results of earlier copies, whose records are known. */
  readonly knownIds?: readonly string[];
  /** Absent: a copy that masks has a key of its own. */
  readonly maskKey?: CopyMaskKey;
  /** The source has the data of real people. */
  readonly isFromProduction?: boolean;
  /** Absolute. */
  readonly resultsDir: string;
  /** See `LoadPlan`. */
  readonly reportPath?: string;
  /** Jobs and exports that are worked on at once. */
  readonly concurrency: number;
  /** How often rows that failed temporarily are retried within a step. */
  readonly retries: number;
  /** No step is begun after one of which records failed. */
  readonly stopsOnError?: boolean;
  /** A person need not be asked before anything is sent. */
  readonly isAgreed: boolean;
  readonly wait?: WaitFor;
};

/** One load of a copy. */
export type CopyStep = {
  readonly object: string;
  /**
   * `load`: creates records, or upserts them. `update`: those that were matched. `match`: nothing is sent; matched records are
   * taken for what they are. `later`: an update that fills lookups whose parents come after the object.
   */
  readonly kind: 'load' | 'update' | 'match' | 'later';
  /** Of an object that refers to itself: records without such a parent have 0. */
  readonly level: number;
};

/** Records that are held for the same reason. */
export type HeldCount = {
  readonly reason: string;
  /** The lookup or the key that it is about; empty where it is about none. */
  readonly field: string;
  readonly count: number;
};

/** What is known of an object's records before any of them is sent. */
export type CopySurvey = {
  readonly object: string;
  /** Records that were read from the source. */
  readonly read: number;
  /** Of their export. */
  readonly bytes?: number;
  /** Of these, records that do not belong to the copy (`within`). */
  readonly outside: number;
  /** Records that will not be sent, since a parent is missing or is not sent itself. */
  readonly held: number;
  /** Why, as far as that is known before anything is sent. */
  readonly heldReasons?: readonly HeldCount[];
  /** Records to create or to upsert, by level; a level may have none. */
  readonly levels: readonly number[];
  /** Matched records to update, by level; absent where none was matched. */
  readonly updates?: readonly number[];
  /** Matched records that are left alone; absent where matched records are updated, or nothing is matched. */
  readonly unchanged?: number;
  /** How many maps from ids of the source to ids of the target say which records were matched. */
  readonly matchMaps?: number;
  /** Matched records that keep other values than those of the source, in fields of `kept`; absent where none were compared. */
  readonly kept?: number;
  /** Values that are not sent since their parent is not copied, by lookup: new records have none, others keep theirs. */
  readonly cleared: Readonly<Record<string, number>>;
  /** Values that are filled at the end, by lookup. */
  readonly later: Readonly<Record<string, number>>;
  /** Records that have such values, each of which is updated once; absent where none was left out, and in older journals. */
  readonly laterRows?: number;
  /** Records whose lookups are left out and can't be filled at the end, by why; absent like `laterRows`. */
  readonly laterHeld?: readonly HeldCount[];
  /** Records whose owner or record type the target does not have, by lookup. */
  readonly unmatched?: Readonly<Record<string, number>>;
};

/** How the rows of a step ended. `sent` = successful + failed + unprocessed. */
export type CopyCounts = {
  readonly sent: number;
  readonly successful: number;
  readonly failed: number;
  readonly unprocessed: number;
  readonly held: number;
};

/** Rows that were sent before and are not sent again, since a person has removed them from their files. */
export type CopyLeft = Readonly<Record<'failed' | 'unprocessed', number>>;

/** Lines of the journal of a copy, behind its first one. `round` counts from 0; others than the first retry. */
export type CopyRecord =
  /** An object's records are in the folder of the export. */
  | { readonly type: 'exported'; readonly object: string; readonly rows: number; readonly manifest: string }
  /** An object's records are in the folder that the plan names, but for those that do not belong to the copy (`within`). */
  | { readonly type: 'written'; readonly object: string; readonly outside: number }
  /** The owners of all exported records are known in the target, or known to be missing there. */
  | ({ readonly type: 'owners' } & CopyOwners)
  /** What would be sent is known. */
  | {
      readonly type: 'surveyed';
      readonly surveys: readonly CopySurvey[];
      readonly steps: readonly CopyStep[];
    }
  /** Somebody has said yes to it, or nobody need be asked. */
  | { readonly type: 'agreed' }
  /** The rows of a step are in its file, synced. */
  | {
      readonly type: 'prepared';
      readonly round: number;
      readonly step: number;
      readonly rows: number;
      readonly held: number;
      /** Absent in older journals. */
      readonly left?: CopyLeft;
      readonly sha256: string;
    }
  /** The load of a step is about to begin, as this run. */
  | { readonly type: 'loading'; readonly round: number; readonly step: number; readonly run: string }
  /** The load of a step has ended, and the ids of its records are in the map, synced. */
  | {
      readonly type: 'mapped';
      readonly round: number;
      readonly step: number;
      readonly counts: CopyCounts;
      readonly left?: CopyLeft;
      /** Not every row that did not succeed could be found among those that were sent: a retry sends them as they were. */
      readonly isUnplaced?: true;
      readonly state: JobState;
      readonly jobIds: readonly string[];
      readonly files: Readonly<Record<'success' | 'failed' | 'unprocessed', string | null>>;
      /** Of an update at the end: values that it has filled, by lookup; absent where that is not known. */
      readonly filled?: Readonly<Record<string, number>>;
      readonly errors: ReadonlyArray<Readonly<{ code: string; message: string; count: number }>>;
    }
  /** A person has ended it: nothing more is sent, and what its loads have done is collected. */
  | { readonly type: 'aborting'; readonly at: string; readonly reason: string }
  /** Records that failed or were held are sent in a further round. */
  | {
      readonly type: 'round';
      readonly at: string;
      readonly round: number;
      /** Absent in older journals: all rows are sent as they were. */
      readonly edits?: readonly CopyEdits[];
    };
