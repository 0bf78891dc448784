import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { trace } from '@opentelemetry/api';
import type { InstrumentationBase } from '@opentelemetry/instrumentation';
import { IORedisInstrumentation } from '@opentelemetry/instrumentation-ioredis';
import { RedisInstrumentation } from '@opentelemetry/instrumentation-redis';
import { SlaSpanProcessor } from '../../src/instrumentation/sla-span-processor.ts';
import { errorOf, watch } from '../support/held-work.ts';
import { Traced } from '../support/traced.ts';
import { isOldest, load } from './copies.ts';
import { GuardedRedis } from './guarded-redis.ts';
import { PACKAGES } from './redis-clients.ts';
import { RedisServer } from './redis-server.ts';

interface Instrumented {
  readonly span: string;
  readonly make: () => InstrumentationBase;
  /** What has to be loaded anew to be instrumented. */
  readonly module: () => string;
}

const INSTRUMENTED: Readonly<Record<string, Instrumented>> = {
  ioredis: { span: 'get', make: () => new IORedisInstrumentation(), module: () => 'ioredis' },
  redis: { span: 'redis-GET', make: () => new RedisInstrumentation(), module: clientOfRedis },
};

function clientOfRedis(): string {
  const main = createRequire(load.resolve('redis')).resolve('@redis/client');
  return main.replace(/dist[\\/]index\.js$/, 'dist/lib/client/index.js');
}

// The instrumentation gets into `redis` 4 only while that is loaded.
for (const each of PACKAGES.filter(({ name }) => !(isOldest && name === 'redis'))) {
  for (const isFirst of [true, false]) {
    const when = isFirst ? 'before' : 'after';
    describe(`spans of guarded commands of ${each.name}, instrumented ${when} they were guarded`, () => {
      const { make, module, span } = INSTRUMENTED[each.name]!;
      let server: RedisServer;
      let cache: GuardedRedis;
      let traced: Traced;
      let instrumentation: InstrumentationBase;

      const instrument = (): void => {
        instrumentation = make();
        instrumentation.setTracerProvider(trace.getTracerProvider());
        load(module());
      };
      const eventsOf = (name: string): string[] =>
        traced.eventsOf(name).flatMap((event) => (event.name === 'exception' ? [] : [event.name]));

      before(async () => (server = await RedisServer.start()));
      after(() => server[Symbol.asyncDispose]());
      beforeEach(() => {
        traced = new Traced(new SlaSpanProcessor());
        if (isFirst) instrument();
        cache = new GuardedRedis(server, each);
        if (!isFirst) instrument();
      });
      afterEach(async () => {
        await cache[Symbol.asyncDispose]();
        instrumentation.disable();
        traced[Symbol.dispose]();
      });

      it('are there once a command', async () => {
        cache.guard({ bulkhead: {}, timeout: 'adaptive' });
        const client = await cache.connect();
        await traced.inSpan('request', () => client.get('k'));
        const spans = traced.spans.filter(({ name }) => name === span);
        assert.deepEqual([spans.length, spans[0]?.events], [1, []]);
      });

      it('have the events of commands that waited, and were refused or given up', async () => {
        cache.guard({ bulkhead: { maxConcurrent: 1, maxQueue: 1 }, timeout: '40ms' });
        const [holding, client] = [await cache.connect(), await cache.connect()];
        using pause = cache.pauseWrites();
        void watch(holding.set('k', 'v'));
        const waiting = traced.inSpan('waiting', () => client.get('k'));
        await traced.inSpan('refused', () => errorOf(client.get('k')));
        pause[Symbol.dispose]();
        await waiting;
        // Theirs may be inside ours: what was not sent yet has no span, and its caller's has the event.
        const outside = ['waiting', 'refused'].flatMap(eventsOf);
        assert.deepEqual([...outside, ...eventsOf(span)].toSorted(), ['bulkhead.queued', 'bulkhead.rejected']);
        if (!isFirst) assert.deepEqual(outside, []);
        cache.guard({ operation: 'SET', timeout: '20ms' });
        using _ = cache.pauseWrites();
        await traced.inSpan('slow', () => errorOf(client.set('k', 'w')));
        assert.deepEqual(eventsOf('slow'), []);
      });
    });
  }
}
