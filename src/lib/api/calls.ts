import { afterChange, readAs, type AnswerCheck } from './answers.js';
import { readNothing, type ApiRequest, type OrgApi, type ResponseReader } from './port.js';

/** How the org is asked about a job. */
export type LookOptions = Pick<ApiRequest, 'signal' | 'patient'>;

/** The forms that nearly every call takes. */
export type Calls = {
  get<T>(path: string, step: string, check: AnswerCheck<T>, look?: LookOptions): Promise<T>;
  post<T>(path: string, body: unknown, step: string, check: AnswerCheck<T>): Promise<T>;
  patch<T>(path: string, body: unknown, step: string, check: AnswerCheck<T>): Promise<T>;
  remove(path: string, step: string): Promise<void>;
};

/**
 * Calls with JSON in and out. Every `post` here creates a job or reads, and may be repeated; a `patch` may not,
 * since closing or aborting twice is refused.
 */
export function callsOn(api: OrgApi, signal?: AbortSignal): Calls {
  const send = <T>(request: Omit<ApiRequest, 'isSmall'>, read: ResponseReader<T>): Promise<T> =>
    api.send({ ...request, signal: request.signal ?? signal, isSmall: true }, read);

  return {
    get: <T>(path: string, step: string, check: AnswerCheck<T>, look: LookOptions = {}) =>
      send({ method: 'GET', path, repeatable: true, step, ...look }, readAs(check, step)),
    post: <T>(path: string, body: unknown, step: string, check: AnswerCheck<T>) =>
      send({ method: 'POST', path, body: JSON.stringify(body), repeatable: true, step }, readAs(check, step)),
    patch: <T>(path: string, body: unknown, step: string, check: AnswerCheck<T>) =>
      send(
        { method: 'PATCH', path, body: JSON.stringify(body), repeatable: false, step },
        readAs(afterChange(check), step),
      ),
    remove: (path, step) => send({ method: 'DELETE', path, repeatable: true, step }, readNothing),
  };
}
