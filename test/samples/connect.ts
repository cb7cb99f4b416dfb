import { Connection } from '@jsforce/jsforce-node';

/** A connection to the org that the environment names, as `sf org display` tells it. */
export function connect(): Connection {
  const { SF_INSTANCE_URL: instanceUrl, SF_ACCESS_TOKEN: accessToken } = process.env;
  return new Connection({ instanceUrl, accessToken, version: '60.0' });
}
