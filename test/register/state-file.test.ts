import assert from 'node:assert/strict';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { diag, DiagLogLevel } from '@opentelemetry/api';
import { restore, stub, useFakeTimers } from 'sinon';
import { StateFile } from '../../src/instrumentation/state-file.ts';
import { SlaTracker } from '../../src/sla/tracker.ts';

const promise = { service: 'shop', metric: 'availability', target: 0.9 } as const;

/** A tracker that has counted so many requests. */
function tracker(requests: number): SlaTracker {
  const sla = new SlaTracker({ objectives: [promise] });
  for (let count = 0; count < requests; count++)
    sla.record({ service: 'shop', operation: 'order', success: true, durationMillis: 5 });
  return sla;
}

const goodOf = (sla: SlaTracker): number | undefined => sla.report('shop').services[0]?.objectives[0]?.good;

describe('the state file', () => {
  let folder: string;
  let file: string;
  let told: string[];
  const opened: StateFile[] = [];

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'state-file-'));
    file = join(folder, 'sla-state.json');
    told = [];
    const note = (sentence: string): void => void told.push(sentence);
    const silent = (): void => undefined;
    const logger = { error: note, warn: note, info: silent, debug: silent, verbose: silent };
    diag.setLogger(logger, { logLevel: DiagLogLevel.WARN, suppressOverrideMessage: true });
  });

  afterEach(() => {
    restore();
    for (const each of opened.splice(0)) each.close();
    diag.disable();
    rmSync(folder, { recursive: true });
  });

  function open(sla: SlaTracker, interval?: '10s'): StateFile {
    const state = new StateFile(sla, { file, ...(interval !== undefined && { interval }) });
    opened.push(state);
    return state;
  }

  it('lets windows survive a restart, without a word', () => {
    open(tracker(7)).close();
    const next = tracker(1);
    open(next);
    assert.equal(goodOf(next), 8);
    assert.deepEqual(told, []);
  });

  it('is written every so often, and nothing else is left in its folder', async () => {
    const clock = useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    const sla = tracker(1);
    const state = open(sla, '10s');
    clock.tick(9_999);
    assert(!existsSync(file));
    clock.tick(1);
    await state.save();
    assert.deepEqual(readdirSync(folder), ['sla-state.json']);
    const next = tracker(0);
    next.restoreState(readFileSync(file, 'utf8'));
    assert.equal(goodOf(next), 1);
  });

  it('is written every minute where no interval is given', async () => {
    const clock = useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    const state = open(tracker(1));
    clock.tick(59_999);
    assert.deepEqual(readdirSync(folder), []);
    clock.tick(1);
    await state.save();
    assert.deepEqual(readdirSync(folder), ['sla-state.json']);
  });

  it('is written when the process exits, and not after', async () => {
    const before = process.listenerCount('exit');
    const sla = tracker(3);
    const state = open(sla);
    const atExit = process.listeners('exit').at(-1);
    assert.equal(process.listenerCount('exit'), before + 1);
    atExit?.call(process, 0);
    assert.equal(process.listenerCount('exit'), before);
    const saved = readFileSync(file, 'utf8');
    rmSync(file);
    await state.save();
    state.close();
    assert(!existsSync(file));
    const next = tracker(0);
    next.restoreState(saved);
    assert.equal(goodOf(next), 3);
  });

  it('is not overwritten by a save that had begun before the last', async () => {
    const sla = tracker(1);
    const state = open(sla);
    const early = state.save();
    sla.record({ service: 'shop', operation: 'order', success: true, durationMillis: 5 });
    state.close();
    await early;
    const next = tracker(0);
    next.restoreState(readFileSync(file, 'utf8'));
    assert.equal(goodOf(next), 2);
    assert.deepEqual(readdirSync(folder), ['sla-state.json']);
    assert.deepEqual(told, []);
  });

  it('is one save at a time', async () => {
    const sla = tracker(1);
    const saves = stub(sla, 'saveState').callThrough();
    const state = open(sla);
    await Promise.all([state.save(), state.save()]);
    assert(saves.calledOnce);
  });

  for (const [what, text, reason] of [
    ['cut off', '{"format":"opentelemetry-resilience/sla-state","version":1,"obj', 'not JSON, perhaps cut off'],
    ['of another version', '{"format":"opentelemetry-resilience/sla-state","version":99}', 'a state of version 99'],
    ['empty', '', 'not JSON'],
  ] as const) {
    it(`starts empty and is replaced where it is ${what}, and says so`, () => {
      writeFileSync(file, text);
      open(tracker(2)).close();
      assert.equal(told.length, 1);
      assert(told[0]?.includes(`SLA windows start empty: ${file} is ${reason}`), told[0]);
      assert.match(told[0] ?? '', /It will be replaced\.$/);
      const next = tracker(0);
      open(next);
      assert.equal(goodOf(next), 2);
    });
  }

  for (const [what, text] of [
    ['another program', '{"name":"shop"}'],
    ['a person', 'sla:\n  objectives: []\n'],
  ] as const) {
    it(`leaves a file of ${what} alone, and says so`, async () => {
      writeFileSync(file, text);
      const state = open(tracker(2));
      await state.save();
      state.close();
      assert.equal(readFileSync(file, 'utf8'), text);
      assert.equal(told.length, 1);
      assert.match(told[0] ?? '', /It is left as it is, and no state is saved: name another sla\.state\.file\.$/);
    });
  }

  it('says what of it does not continue', () => {
    open(tracker(1)).close();
    open(new SlaTracker({ objectives: [{ ...promise, metric: 'error_rate', target: 0.2 }] }));
    assert.equal(told.length, 1);
    assert.match(told[0] ?? '', /not everything continues: 1 saved objective\(s\) are no longer declared/);
  });

  it('tells once that it cannot be written, and throws nothing', async () => {
    file = join(folder, 'none', 'sla-state.json');
    const state = open(tracker(1));
    await state.save();
    await state.save();
    state.close();
    assert.equal(told.length, 1);
    assert.match(told[0] ?? '', /the SLA state cannot be saved, .* this is said once\. Error: ENOENT/);
  });

  it('tells once that it cannot be read, and is left alone', async () => {
    mkdirSync(file);
    const state = open(tracker(1));
    await state.save();
    state.close();
    assert.deepEqual(readdirSync(folder), ['sla-state.json']);
    assert.equal(told.length, 1);
    assert.match(told[0] ?? '', /no state is saved: sla\.state\.file cannot be read\. Error: EISDIR/);
  });

  it('of two processes, is that of the one that wrote last', () => {
    const [first, second] = [open(tracker(1)), open(tracker(5))];
    first.close();
    second.close();
    const next = tracker(0);
    open(next);
    assert.equal(goodOf(next), 5);
  });
});
