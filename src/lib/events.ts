import { EventEmitter } from 'node:events';

/** Names of events, and what their listeners get. */
export type EventMap = Record<string, unknown[]>;

/** Typed events out of an engine. Nobody has to listen. */
export class Events<T extends { [K in keyof T]: unknown[] } = EventMap> extends EventEmitter<T> {}
