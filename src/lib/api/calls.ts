import { afterChange, readAs, type AnswerCheck } from './answers.js';
import { readNothing, type OrgApi } from './port.js';

/** The forms that nearly every call takes. */
export type Calls = {
  get<T>(path: string, step: string, check: AnswerCheck<T>): Promise<T>;
  post<T>(path: string, body: unknown, step: string, check: AnswerCheck<T>): Promise<T>;
  patch<T>(path: string, body: unknown, step: string, check: AnswerCheck<T>): Promise<T>;
  remove(path: string, step: string): Promise<void>;
};

/**
 * Calls with JSON in and out. Every `post` here creates a job or reads, and may be repeated; a `patch` may not,
 * since closing or aborting twice is refused.
 */
export function callsOn(api: OrgApi, signal?: AbortSignal): Calls {
  return {
    get<T>(path: string, step: string, check: AnswerCheck<T>) {
      return api.send({ method: 'GET', path, repeatable: true, step, signal }, readAs(check, step));
    },
    post<T>(path: string, body: unknown, step: string, check: AnswerCheck<T>) {
      const request = {
        method: 'POST',
        path,
        body: JSON.stringify(body),
        repeatable: true,
        step,
        signal,
      } as const;
      return api.send(request, readAs(check, step));
    },
    patch<T>(path: string, body: unknown, step: string, check: AnswerCheck<T>) {
      const request = {
        method: 'PATCH',
        path,
        body: JSON.stringify(body),
        repeatable: false,
        step,
        signal,
      } as const;
      return api.send(request, readAs(afterChange(check), step));
    },
    remove(path, step) {
      return api.send({ method: 'DELETE', path, repeatable: true, step, signal }, readNothing);
    },
  };
}
