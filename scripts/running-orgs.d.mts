export type RunningOrg = {
  readonly alias: string;
  readonly url: string;
  readonly pid?: number;
  readonly certificate?: string;
};
export function addressFolder(folder: string): string;
export function runningOrgs(folder: string): Promise<RunningOrg[]>;
export function refuseSecond(alias: string, running: readonly RunningOrg[], envFile: string): void;
export function oneAtATime<T>(folder: string, work: () => T | Promise<T>, onWait?: () => void): Promise<T>;
