import { createRequire } from 'node:module';
import { join } from 'node:path';

/** Where the clients under test are installed: the newest here, or in a folder that `run.ts` has filled with the oldest. */
const tree = process.env.CLIENTS_TREE ?? join(import.meta.dirname, '../..');

/** Which end of the supported versions is under test. */
export const isOldest: boolean = process.env.CLIENTS_TREE !== undefined;

/** Loads a client under test. */
export const load: NodeJS.Require = createRequire(join(tree, 'package.json'));
