import { RedisServer } from './redis-server.ts';
import { itIsGuardedHoweverLoaded } from './loading-tests.ts';

describe('clients of Redis, loaded after they were told to be guarded', () => {
  let server: RedisServer;

  before(async () => (server = await RedisServer.start()));
  after(() => server[Symbol.asyncDispose]());

  itIsGuardedHoweverLoaded('ioredis', () => server.port, 'get');
  itIsGuardedHoweverLoaded('redis', () => server.port, 'redis-GET');
});
