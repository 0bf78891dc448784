import assert from 'node:assert/strict';
import { bucketOf } from '../../src/stats/log-linear.ts';
import { learn } from '../../src/timeout/learning.ts';
import { OperationRecord } from '../../src/timeout/operation-record.ts';

const PER_SLICE = 625;

function total(record: OperationRecord): number {
  return [...record.slices, record.fresh].reduce((sum, { completions }) => sum + completions, 0);
}

/** Calls that took so long, one every ten milliseconds, learned from every quarter of a second. */
function feed(record: OperationRecord, calls: number, fromMillis: number, took: (call: number) => number): number {
  let timeout = 5_000;
  for (let call = 1; call <= calls; call++) {
    record.complete(took(call), fromMillis + call * 10);
    if (call % 25 === 0) timeout = learn(record, [], 0.001, timeout, fromMillis + call * 10).timeoutMillis;
  }
  return timeout;
}

describe('the record of an operation', () => {
  it('keeps eight slices of 625 calls that complete', () => {
    const record = new OperationRecord(PER_SLICE, 0);
    feed(record, 20_000, 0, (call) => call % 100);
    assert.equal(record.slices.length, 8);
    assert.ok(total(record) >= 4_375 && total(record) <= 5_500, `${total(record)}`);
  });

  it('keeps a slice open for two seconds however many calls come', () => {
    const record = new OperationRecord(PER_SLICE, 0);
    for (let at = 0; at < 1_900; at += 100) {
      for (let call = 0; call < 100; call++) record.complete(5, at);
      record.settle(at);
    }
    assert.equal(record.slices.length, 1);
  });

  it('counts to the end of its 16 bits and then begins another slice', () => {
    const record = new OperationRecord(PER_SLICE, 0);
    for (let round = 1; round <= 3; round++) {
      for (let call = 0; call < 40_000; call++) record.complete(5, round);
      record.settle(round);
    }
    assert.equal(total(record), 120_000);
    assert.equal(record.slices.length, 3);
  });

  it('forgets what is over ten minutes old', () => {
    const record = new OperationRecord(PER_SLICE, 0);
    for (let call = 0; call < 600; call++) record.complete(5, call);
    record.settle(1_000);
    record.settle(599_000);
    assert.equal(total(record), 600);
    record.settle(601_000);
    assert.equal(total(record), 0);
  });

  it('is not pushed out by an outage', () => {
    const record = new OperationRecord(PER_SLICE, 0);
    feed(record, 5_000, 0, (call) => call % 100);
    const known = total(record);
    for (let call = 0; call < 6_000; call++) record.censor(100, 50_000 + call * 10);
    learn(record, [], 0.001, 100, 110_000);
    assert.equal(total(record), known);
  });

  it('forgets all that came before when calls are suddenly slower or faster', () => {
    const record = new OperationRecord(PER_SLICE, 0);
    feed(record, 5_000, 0, (call) => 1 + (call % 100));
    const up = feed(record, 200, 50_000, (call) => 1_000 + (call % 100));
    assert.ok(total(record) <= 250 && up > 1_000, `${total(record)} ${up}`);
    const down = feed(record, 400, 52_000, (call) => 1 + (call % 100));
    assert.ok(total(record) <= 400 && down < 400, `${total(record)} ${down}`);
  });

  it('does not take the last slow calls for a tail once calls are faster', () => {
    const record = new OperationRecord(PER_SLICE, 0);
    feed(record, 5_000, 0, (call) => 1_000 + (call % 100));
    // Ten calls of the slow time come in late, long after the change was seen.
    const timeout = feed(record, 500, 50_000, (call) => (call > 100 && call <= 110 ? 2_000 : 1 + (call % 100)));
    assert.ok(timeout < 400, `${timeout}`);
  });

  it('puts what becomes of a cut call in its place', () => {
    const record = new OperationRecord(PER_SLICE, 0);
    const [late, silent] = [record.censor(100, 100)!, record.censor(100, 100)!];
    record.settle(200);
    record.completeLate(late, 150);
    record.silence(silent, 1_000);
    const slice = record.slices[0]!;
    assert.deepEqual([slice.completions, slice.censorings, slice.silent], [1, 1, 1]);
    assert.equal(slice.completed[bucketOf(150)], 1);
    assert.equal(slice.censored![bucketOf(99.9)], 0);
  });

  it('counts what becomes of a cut call as new where its slice is gone, unless it began before a change for the better', () => {
    const record = new OperationRecord(PER_SLICE, 0);
    const first = record.censor(100, 100)!;
    record.settle(200);
    record.forgetRest();
    record.completeLate(first, 150);
    assert.equal(record.fresh.completions, 1);
    const second = record.censor(100, 300)!;
    record.forgetAll(400);
    record.completeLate(second, 150);
    assert.equal(total(record), 0);
  });

  it('holds 2 KiB while calls are few, and 40 KiB at most', () => {
    const record = new OperationRecord(PER_SLICE, 0);
    assert.equal(record.bytes, 2_048);
    for (let slice = 0; slice < 20; slice++) {
      record.censor(5, slice * 80_000);
      record.settle(slice * 80_000);
    }
    assert.ok(record.bytes <= 40 * 1_024, `${record.bytes}`);
  });
});
