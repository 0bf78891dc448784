import assert from 'node:assert/strict';
import { once } from 'node:events';
import http, { type IncomingMessage } from 'node:http';
import { createRequire } from 'node:module';
import { text } from 'node:stream/consumers';
import { context, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import { suppressTracing } from '@opentelemetry/core';
import { HttpInstrumentation } from '@opentelemetry/instrumentation-http';
import { UndiciInstrumentation } from '@opentelemetry/instrumentation-undici';
import type { ReadableSpan } from '@opentelemetry/sdk-trace-base';
import { SlaSpanProcessor } from '../../src/instrumentation/sla-span-processor.ts';
import { errorOf, settle } from '../support/held-work.ts';
import { Traced } from '../support/traced.ts';
import { GuardedHttp } from './guarded-http.ts';

type Get = (url: string) => Promise<string>;

const clients: Record<'fetch' | 'http', Get> = {
  fetch: async (url) => (await fetch(url)).text(),
  http: async (url) => {
    const [response] = (await once(http.get(url), 'response')) as [IncomingMessage];
    return text(response);
  },
};

for (const client of ['http', 'fetch'] as const) {
  describe(`the spans of guarded calls of ${client}`, () => {
    let server: GuardedHttp;
    let sla: SlaSpanProcessor;
    let traced: Traced;
    let instrumentations: (HttpInstrumentation | UndiciInstrumentation)[];

    beforeEach(async () => {
      sla = new SlaSpanProcessor();
      traced = new Traced(sla);
      instrumentations = [new HttpInstrumentation(), new UndiciInstrumentation()];
      for (const each of instrumentations) each.setTracerProvider(trace.getTracerProvider());
      createRequire(import.meta.url)('node:http');
      server = await GuardedHttp.start(client);
    });

    afterEach(async () => {
      await server[Symbol.asyncDispose]();
      for (const each of instrumentations) each.disable();
      traced[Symbol.dispose]();
    });

    const get: Get = (path) => clients[client](server.url(path));
    /** The spans of calls, in the order they ended. */
    const calls = (): ReadableSpan[] => traced.spans.filter(({ kind }) => kind === SpanKind.CLIENT);
    const eventsOf = (span: ReadableSpan | undefined): string[] =>
      (span?.events ?? []).map(({ name }) => name).filter((name) => name !== 'exception');
    const counted = (): object => {
      const found = sla.tracker.report().services.find(({ service }) => service === server.server.peer);
      return { requests: found?.requests ?? 0, failures: found?.failures ?? 0 };
    };

    it('are there once a call, under that of the caller', async () => {
      server.guard({ bulkhead: {}, timeout: '10s' });
      await traced.inSpan('request', () => get('/now'));
      await server.idle();
      const [span, ...others] = calls();
      assert.deepEqual([others.length, eventsOf(span)], [0, []]);
      const request = traced.spans.find(({ name }) => name === 'request');
      assert.equal(span?.parentSpanContext?.spanId, request?.spanContext().spanId);
      assert.deepEqual(counted(), { requests: 1, failures: 0 });
    });

    it('tell that a call was refused, which does not count against the dependency', async () => {
      server.guard({ bulkhead: { maxConcurrent: 1 } });
      const first = get('/first');
      const { response } = await server.server.next();
      await traced.inSpan('request', () => errorOf(get('/now')));
      response.end();
      await first;
      await server.idle();
      // What undici never sees has no span: its caller's tells.
      const name = client === 'http' ? 'GET' : 'request';
      assert.deepEqual(
        traced
          .eventsOf(name)
          .filter((event) => event.name !== 'exception')
          .map((event) => event.name),
        ['bulkhead.rejected'],
      );
      assert.deepEqual(counted(), { requests: 1, failures: 0 });
    });

    it('tell that a call had to wait', async () => {
      server.guard({ bulkhead: { maxConcurrent: 1, maxQueue: 1 } });
      const first = get('/first');
      const { response } = await server.server.next();
      const second = traced.inSpan('request', () => get('/now'));
      await settle();
      response.end();
      await Promise.all([first, second]);
      await server.idle();
      const name = client === 'http' ? 'GET' : 'request';
      assert.deepEqual(
        traced.eventsOf(name).map((event) => event.name),
        ['bulkhead.queued'],
      );
      const request = traced.spans.find((span) => span.name === 'request');
      assert.equal(calls()[1]?.parentSpanContext?.spanId, request?.spanContext().spanId);
      assert.deepEqual(counted(), { requests: 2, failures: 0 });
    });

    it('tell that a call took too long, which counts against the dependency', async () => {
      server.guard({ bulkhead: {}, timeout: '50ms' });
      await traced.inSpan('request', () => errorOf(get('/hang')));
      await server.idle();
      const [span] = calls();
      assert.deepEqual(eventsOf(span), ['timeout.exceeded']);
      assert.equal(span?.status.code, SpanStatusCode.ERROR);
      assert.deepEqual(traced.eventsOf('request'), []);
      assert.deepEqual(counted(), { requests: 1, failures: 1 });
    });

    it('are none where tracing is suppressed, and neither are guards', async () => {
      server.guard({ bulkhead: { maxConcurrent: 1 } });
      const first = get('/first');
      const { response } = await server.server.next();
      assert.equal(await context.with(suppressTracing(context.active()), () => get('/now')), 'now');
      response.end();
      await first;
      assert.deepEqual(await server.idle(), { success: 1 });
    });
  });
}
