import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import type { Objective } from '../../src/sla/objective.ts';
import { DrivenTracker } from '../support/driven-tracker.ts';

const ALL: Objective = { name: 'all', service: 'shop', metric: 'availability', target: 0.9 };

describe('whatever names come', () => {
  const names = fc.record({
    service: fc.integer({ min: 0, max: 6 }).map((number) => (number === 0 ? 'shop' : `service ${number}`)),
    operation: fc.integer({ min: 0, max: 9 }).map((number) => `GET /${number}`),
    kind: fc.constantFrom('server' as const, 'client' as const),
    waitMillis: fc.constantFrom(0, 0, 0, 60_000, 3_700_000),
  });

  it('every request is counted once, and series stay within their bound', () => {
    fc.assert(
      fc.property(fc.array(names, { maxLength: 60 }), fc.integer({ min: 1, max: 8 }), (sent, maxSeries) => {
        const named: Objective = { ...ALL, name: 'named', operation: 'GET /9' };
        const driven = new DrivenTracker({ maxSeries, objectives: [ALL, named] });
        let [ofShop, ofNamed] = [0, 0];
        for (const { waitMillis, ...parts } of sent) {
          driven.now += waitMillis;
          driven.send(1, parts);
          if (parts.service === 'shop') ofShop++;
          if (parts.service === 'shop' && parts.operation === 'GET /9') ofNamed++;
        }
        const { series, counted, dropped } = driven.tracker.snapshot();
        assert.equal(counted + dropped, sent.length);
        assert.ok(series <= maxSeries + 2, `${series} series`);
        assert.deepEqual(
          [driven.counts('all'), driven.counts('named')],
          [
            [ofShop, 0],
            [ofNamed, 0],
          ],
        );
      }),
      { numRuns: 500 },
    );
  });

  it('requests of a busy day are reported under one name or another', () => {
    fc.assert(
      fc.property(fc.array(names, { maxLength: 60 }), fc.integer({ min: 1, max: 8 }), (sent, maxSeries) => {
        const driven = new DrivenTracker({ maxSeries });
        for (const { service, operation, kind } of sent) driven.send(1, { service, operation, kind });
        const { services } = driven.tracker.report();
        const sum = (values: readonly { requests: number }[]): number =>
          values.reduce((total, each) => total + each.requests, 0);
        assert.equal(sum(services), sent.length);
        assert.equal(sum(services.flatMap(({ operations }) => operations)), sent.length);
      }),
      { numRuns: 300 },
    );
  });
});
