import { Readable } from 'node:stream';
import { expect, test } from 'vitest';
import { adviceFor } from '../../../src/cli/advice.js';
import { refusal } from '../../../src/lib/api/refusal.js';
import { aRequest } from '../../support/http-api.ts';

test.each([
  [403, 'REQUEST_LIMIT_EXCEEDED', 'TotalRequests Limit exceeded.', 'sf org list limits'],
  [400, 'LIMIT_EXCEEDED', 'Max bulk v2 query jobs (10000) per 24 hrs has been reached', 'sf org list limits'],
  [400, 'EXCEEDEDQUOTA', 'ApiBatchItems Limit exceeded', 'sf org list limits'],
  [400, 'FEATURENOTENABLED', 'hardDelete operation requires special user profile', 'Bulk API Hard Delete'],
  [403, 'API_DISABLED_FOR_ORG', 'The REST API is not enabled', 'API Enabled'],
  [400, 'INVALIDJOB', 'InvalidJob : Unable to find object: Accout', 'API name of the object'],
])('%i %s says what to do', async (status, errorCode, message, advice) => {
  const error = await refused(status, JSON.stringify([{ errorCode, message }]));
  expect(error.message).toBe(`Could not read the limits: ${message.replace(/\.$/, '')} (${errorCode}).`);
  expect(adviceFor(error).join()).toContain(advice);
});

test('nothing is advised where nothing is known', async () => {
  const error = await refused(400, '[{"errorCode":"FEATURENOTENABLED","message":"other"}]');
  expect([...error.actions, ...adviceFor(error)]).toEqual([]);
});

function refused(status: number, body: string) {
  return refusal(aRequest(), { status, headers: {}, body: Readable.from([Buffer.from(body)]) });
}
