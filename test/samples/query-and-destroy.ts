// Deletes what a query finds; in the second half through jsforce's own query, on this library.
import { BulkV2 } from '../../src/lib/index.js';
import { connect } from './connect.ts';

const connection = connect();
const bulk = new BulkV2(connection);
const outcome = await bulk.destroy("SELECT Id FROM Account WHERE Industry = 'Media'", { allowBulk: false });
console.log(`${outcome.successful} of ${outcome.total} deleted over ${outcome.route}`);

// `connection.bulk2 = bulk` in JavaScript; jsforce's types say that it can only be read.
Object.assign(connection, { bulk2: bulk });
const results = await connection
  .sobject('Account')
  .find({ Industry: 'Retail' })
  .destroy({ bulkApiVersion: 2, bulkThreshold: 2 });
console.log(`${results.filter(({ success }) => success).length} of ${results.length} deleted by jsforce`);
