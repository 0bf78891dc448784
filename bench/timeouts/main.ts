/**
 * Proof of the estimator: shapes and changes of traffic, a server that collapses under load, and latencies that were
 * recorded, with the timeouts of this package and others. Ends with 1 where a figure is missed.
 *
 *     npm run bench:timeouts -- [--quick] [--write] [--latencies DIRECTORY]
 *
 * `--quick` takes one seed instead of five. `--write` puts the tables into docs/timeouts.md. Recorded latencies are read
 * from DIRECTORY or TIMEOUT_LATENCIES: see `latencies.ts` for their form.
 */
import { parseArgs } from 'node:util';
import { Verdict } from '../verdict.ts';
import { closedLoopTable } from './closed-loop-table.ts';
import { recorded } from './recorded.ts';
import { synthetic } from './synthetic.ts';
import { writeTables } from './write-tables.ts';

const { values } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    write: { type: 'boolean', default: false },
    latencies: { type: 'string' },
  },
});
const directory = values.latencies ?? process.env['TIMEOUT_LATENCIES'];

const verdict = new Verdict('Timeouts against their figures');
const tables: Record<string, string> = {
  traffic: await synthetic(verdict, values.quick ? [1] : [1, 2, 3, 4, 5]),
  'closed loop': await closedLoopTable(verdict),
};
if (directory === undefined) console.log('  recorded latencies: none given, see bench/timeouts/main.ts');
else tables['recorded'] = await recorded(verdict, directory);
verdict.close();
for (const [name, table] of Object.entries(tables)) console.log(`\n${name}\n\n${table}`);
if (values.write) writeTables(tables);
