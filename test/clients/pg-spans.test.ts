import assert from 'node:assert/strict';
import { SpanStatusCode, trace } from '@opentelemetry/api';
import { PgInstrumentation } from '@opentelemetry/instrumentation-pg';
import { SlaSpanProcessor } from '../../src/instrumentation/sla-span-processor.ts';
import { errorOf, settle, watch } from '../support/held-work.ts';
import { Traced } from '../support/traced.ts';
import { load } from './copies.ts';
import { GuardedPg } from './guarded-pg.ts';
import { PgServer } from './pg-server.ts';

const SPAN = 'pg.query:SELECT shop';

for (const isFirst of [true, false]) {
  describe(`spans of guarded queries of pg, instrumented ${isFirst ? 'before' : 'after'} they were guarded`, () => {
    let server: PgServer;
    let db: GuardedPg;
    let traced: Traced;
    let instrumentation: PgInstrumentation;

    const instrument = (): void => {
      instrumentation = new PgInstrumentation();
      instrumentation.setTracerProvider(trace.getTracerProvider());
      load('pg');
    };

    before(async () => (server = await PgServer.start()));
    after(() => server[Symbol.asyncDispose]());
    beforeEach(async () => {
      traced = new Traced(new SlaSpanProcessor());
      if (isFirst) instrument();
      db = await GuardedPg.start(server);
      if (!isFirst) instrument();
    });
    afterEach(async () => {
      await db[Symbol.asyncDispose]();
      instrumentation.disable();
      traced[Symbol.dispose]();
    });

    it('are there once a query, and end with it', async () => {
      db.guard({ bulkhead: {}, timeout: 'adaptive' });
      const client = await db.connect();
      await traced.inSpan('request', () => client.query('SELECT 1'));
      const spans = traced.spans.filter(({ name }) => name === SPAN);
      assert.equal(spans.length, 1);
      assert.deepEqual(spans[0]?.events, []);
      const request = traced.spans.find(({ name }) => name === 'request');
      assert.equal(spans[0]?.parentSpanContext?.spanId, request?.spanContext().spanId);
    });

    it('have the events of a query that was refused', async () => {
      db.guard({ bulkhead: { maxConcurrent: 1 } });
      await using _ = await db.lock(1);
      const [holding, client] = [await db.connect(), await db.connect()];
      void watch(holding.query('SELECT pg_advisory_lock(1)'));
      await traced.inSpan('request', () => errorOf(client.query('SELECT 1')));
      // Theirs is inside ours: a query that was never sent has no span, and its caller's has the event.
      const name = isFirst ? 'request' : SPAN;
      assert.deepEqual(
        traced
          .eventsOf(name)
          .map((event) => event.name)
          .filter((event) => event !== 'exception'),
        ['bulkhead.rejected'],
      );
      assert.deepEqual(traced.eventsOf(isFirst ? SPAN : 'request'), []);
    });

    it('have the events of a query that waited, and of one that took too long', async () => {
      db.guard({ bulkhead: { maxConcurrent: 1, maxQueue: 1 }, timeout: '40ms' });
      const lock = await db.lock(1);
      const [holding, client] = [await db.connect(), await db.connect()];
      const slow = traced.inSpan('slow', () => errorOf(holding.query('SELECT pg_advisory_lock(1)')));
      const waiting = traced.inSpan('waiting', () => client.query('SELECT 1'));
      await slow;
      await settle();
      await lock[Symbol.asyncDispose]();
      await waiting;
      const events = traced.eventsOf(SPAN).map((event) => event.name);
      assert.ok(events.includes('timeout.exceeded'), events.join());
      assert.deepEqual(traced.eventsOf('slow'), []);
      assert.deepEqual(
        traced
          .eventsOf(isFirst ? 'waiting' : SPAN)
          .map((event) => event.name)
          .filter((event) => event === 'bulkhead.queued'),
        ['bulkhead.queued'],
      );
      const failed = traced.spans.filter(({ name, status }) => name === SPAN && status.code === SpanStatusCode.ERROR);
      // Inside ours, it ends when the server answers, for which nobody waits any more.
      assert.equal(failed.length, isFirst ? 0 : 1);
    });
  });
}
