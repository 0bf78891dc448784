import assert from 'node:assert/strict';
import { type SinonFakeTimers, useFakeTimers } from 'sinon';
import type { ResilienceConfig } from '../../src/config/config.ts';
import type { ReadConfig } from '../../src/config/load.ts';
import { Reload } from '../../src/config/reload.ts';
import { ConfigurationError } from '../../src/errors.ts';

function readOf(config: ResilienceConfig): ReadConfig {
  return { config, file: 'resilience.yaml', sources: [], warnings: [] };
}

/** A read that takes until it is told its end. */
function slowRead(): { promise: Promise<ReadConfig>; resolve(read: ReadConfig): void } {
  let resolve: (read: ReadConfig) => void = () => {};
  const promise = new Promise<ReadConfig>((done) => (resolve = done));
  return { promise, resolve: (read) => resolve(read) };
}

const broken = (what: string): ConfigurationError =>
  new ConfigurationError([{ path: 'watch', value: what, allowed: 'true or false' }]);

describe('a reload', () => {
  let timers: SinonFakeTimers;
  let reads: number;
  /** What the file holds, or why it cannot be read. */
  let file: ResilienceConfig | Error;
  let changes: ResilienceConfig[];
  let troubles: string[];
  let reload: Reload;

  beforeEach(() => {
    timers = useFakeTimers();
    [reads, changes, troubles, file] = [0, [], [], {}];
    const read = (): Promise<ReadConfig> => {
      reads++;
      return file instanceof Error ? Promise.reject(file) : Promise.resolve(readOf(file));
    };
    reload = new Reload(readOf({}), {
      read,
      onChange: ({ config }) => changes.push(config),
      onTrouble: (sentence) => troubles.push(sentence),
    });
  });

  afterEach(() => {
    reload[Symbol.dispose]();
    timers.restore();
  });

  it('reads once when nothing has happened for 100 ms', async () => {
    file = { watch: true };
    reload.touch();
    await timers.tickAsync(99);
    reload.touch();
    await timers.tickAsync(99);
    assert.equal(reads, 0);
    await timers.tickAsync(1);
    assert.deepEqual([reads, changes], [1, [{ watch: true }]]);
  });

  it('reads after a second at the latest, however much happens', async () => {
    for (let elapsed = 0; elapsed < 2_000; elapsed += 50) {
      reload.touch();
      await timers.tickAsync(50);
    }
    assert.equal(reads, 2);
  });

  it('tells nobody of what is the same as before', async () => {
    reload.touch();
    await timers.tickAsync(100);
    assert.deepEqual([reads, changes], [1, []]);
  });

  it('tells of what fails when it fails in the same way a second later, and once', async () => {
    file = broken('a');
    reload.touch();
    await timers.tickAsync(1_099);
    assert.deepEqual([reads, troubles], [1, []]);
    await timers.tickAsync(1);
    assert.equal(reads, 2);
    assert.deepEqual(troubles, [
      `the configuration has changed and cannot be used, the one before goes on:\n${broken('a').message}`,
    ]);
    reload.touch();
    await timers.tickAsync(5_000);
    assert.deepEqual([reads, troubles.length, changes], [3, 1, []]);
  });

  it('tells of another failure, and of the same one again after all was well', async () => {
    for (const next of [broken('a'), broken('b'), {}, broken('b'), new Error('odd')]) {
      file = next;
      reload.touch();
      await timers.tickAsync(5_000);
    }
    assert.deepEqual(
      troubles.map((sentence) => sentence.split('\n')[1]),
      [broken('a').message, broken('b').message, broken('b').message, 'Error: odd'],
    );
  });

  it('says nothing of a file that is bad for a moment', async () => {
    for (const next of [broken('empty'), broken('half'), { watch: true }]) {
      file = next;
      reload.touch();
      await timers.tickAsync(500);
    }
    await timers.tickAsync(5_000);
    assert.deepEqual([troubles, changes], [[], [{ watch: true }]]);
  });

  it('reads again when something happens while it reads', async () => {
    const slow = slowRead();
    const answers = [slow.promise, Promise.resolve(readOf({ watch: false }))];
    const other = new Reload(readOf({}), {
      read: () => answers.shift() ?? Promise.reject(new Error('too many')),
      onChange: ({ config }) => changes.push(config),
      onTrouble: (sentence) => troubles.push(sentence),
    });
    other.touch();
    await timers.tickAsync(100);
    other.touch();
    await timers.tickAsync(100);
    slow.resolve(readOf({ watch: true }));
    await timers.tickAsync(200);
    assert.deepEqual([changes, troubles], [[{ watch: true }, { watch: false }], []]);
    other[Symbol.dispose]();
  });

  it('hears nothing any more when it is disposed, not even of a read that is under way', async () => {
    const slow = slowRead();
    const other = new Reload(readOf({}), {
      read: () => slow.promise,
      onChange: ({ config }) => changes.push(config),
      onTrouble: (sentence) => troubles.push(sentence),
    });
    other.touch();
    await timers.tickAsync(100);
    other[Symbol.dispose]();
    slow.resolve(readOf({ watch: true }));
    other.touch();
    await timers.tickAsync(5_000);
    assert.deepEqual([changes, troubles], [[], []]);
  });
});
