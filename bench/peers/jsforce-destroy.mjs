// What jsforce's manual has for the deletion of what a query finds.
import { Connection } from '@jsforce/jsforce-node';

const [instanceUrl, accessToken, site] = process.argv.slice(2);
const connection = new Connection({ instanceUrl, accessToken, version: '67.0', maxRequest: 10 });
connection.bulk2.pollInterval = 1000;
connection.bulk2.pollTimeout = 1_200_000;
const query = connection
  .sobject('Account')
  .find({ Site: site }, ['Id'], { autoFetch: true, maxFetch: 1_000_000 });
const results = await query.destroy({ allowBulk: true, bulkThreshold: 200, bulkApiVersion: 2 });
console.log(`${results.length} results`);
