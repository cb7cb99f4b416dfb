import { Messages } from '@salesforce/core';
import { SoqlError } from '../../lib/soql/problem.js';
import { UsageError } from '../../lib/errors.js';

Messages.importMessagesDirectoryFromMetaUrl(import.meta.url);
const messages = Messages.loadMessages('sf-plugin-bulk2', 'bulk2.query');

/** Adds a way out to what a Bulk job cannot do and REST can. */
export async function offerRest<T>(prepared: Promise<T>): Promise<T> {
  try {
    return await prepared;
  } catch (error) {
    if (!(error instanceof SoqlError) || !error.problems.every(({ restServes }) => restServes)) throw error;
    throw new UsageError(error.message, {
      cause: error,
      actions: [...error.actions, messages.getMessage('action.Rest')],
      data: error.data,
    });
  }
}
