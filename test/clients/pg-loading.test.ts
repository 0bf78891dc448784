import { PgServer } from './pg-server.ts';
import { itIsGuardedHoweverLoaded } from './loading-tests.ts';

describe('pg, loaded after it was told to be guarded', () => {
  let server: PgServer;

  before(async () => (server = await PgServer.start()));
  after(() => server[Symbol.asyncDispose]());

  itIsGuardedHoweverLoaded('pg', () => server.port, 'pg.query:SELECT shop');
});
