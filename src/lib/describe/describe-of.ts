import type { SObjectDescribe } from '../api/types.js';

/** Finds the describe of an object; undefined when it cannot be had, and then nothing is said about its fields. */
export type DescribeOf = (object: string) => Promise<SObjectDescribe | undefined>;
