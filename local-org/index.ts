/**
 * The door of the local org: tests, benchmarks and scripts import from here, and from nothing else in this folder.
 * Inside, each module imports what it needs from where it is.
 */
export { trustOrg } from './certificate.ts';
export { optionsFromFlags, orgFlags, orgFlagsHelp } from './flags.ts';
export { isolatedHome, loginTo, type LoginEnv, type LoginOptions } from './login.ts';
export { spawnOrg } from './spawn.ts';
export { startOrg, type Org } from './start.ts';
export { idMaker } from './server/ids.ts';
export type { Value } from './contracts.ts';
export type { OrgDoor } from './door.ts';
export type { OrgOptions } from './options.ts';
export type { FaultAction, FaultSpec } from './server/fault-spec.ts';
