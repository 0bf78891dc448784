import assert from 'node:assert/strict';
import { diag, DiagLogLevel } from '@opentelemetry/api';
import { restore, stub } from 'sinon';
import { API_KEY, apiSlot, emptySlot } from '../../src/instrumentation/api-slot.ts';
import { tell } from '../../src/instrumentation/tell.ts';
import { heard, setLogger } from '../../src/register/logger.ts';

describe('what is to be known of', () => {
  let before: unknown;
  let written: string[];

  beforeEach(() => {
    before = apiSlot();
    emptySlot();
    written = [];
  });

  afterEach(() => {
    restore();
    emptySlot();
    if (before !== undefined) Reflect.set(globalThis, API_KEY, before);
  });

  function withStderr(work: () => void, level?: string): void {
    const write = stub(process.stderr, 'write').callsFake((text) => written.push(String(text)) > 0);
    stub(process, 'env').value(level === undefined ? {} : { OTEL_LOG_LEVEL: level });
    work();
    write.restore();
  }

  it('goes to stderr where nobody has set a logger, and sets none', () => {
    withStderr(() => tell('a word.'));
    assert.deepEqual(written, ['opentelemetry-resilience: a word.\n']);
    assert.equal(apiSlot(), undefined);
  });

  for (const level of ['none', 'ERROR'])
    it(`goes nowhere with OTEL_LOG_LEVEL=${level}`, () => {
      withStderr(() => tell('a word.'), level);
      assert.deepEqual(written, []);
    });

  it('goes to the logger that is set, which may throw', () => {
    const told: unknown[] = [];
    Reflect.set(globalThis, API_KEY, { version: '0', diag: { warn: (sentence: string) => told.push(sentence) } });
    withStderr(() => tell('a word.'));
    Reflect.set(globalThis, API_KEY, {
      diag: {
        warn: () => {
          throw new Error('logger');
        },
      },
    });
    withStderr(() => tell('a word.'));
    assert.deepEqual([told, written], [['opentelemetry-resilience: a word.'], []]);
  });

  it('is heard before there is a logger, and the API is left as it was', () => {
    withStderr(() =>
      assert.equal(
        heard(() => {
          diag.warn('opentelemetry-resilience: a warning');
          diag.info('nothing');
          return 5;
        }),
        5,
      ),
    );
    assert.deepEqual(written, ['opentelemetry-resilience: a warning\n']);
    assert.equal(apiSlot(), undefined);
  });

  it('is heard by the logger where there is one', () => {
    const told: unknown[] = [];
    const note = (sentence: unknown): void => void told.push(sentence);
    diag.setLogger({ error: note, warn: note, info: note, debug: note, verbose: note }, DiagLogLevel.WARN);
    heard(() => diag.warn('a warning'));
    assert.deepEqual(told, ['a warning']);
    diag.disable();
  });
});

describe('the logger of a provider that sets none', () => {
  let before: unknown;

  beforeEach(() => {
    before = apiSlot();
    emptySlot();
  });

  afterEach(() => {
    restore();
    diag.disable();
    emptySlot();
    if (before !== undefined) Reflect.set(globalThis, API_KEY, before);
  });

  it('is the one that OTEL_LOG_LEVEL asks for', () => {
    diag.setLogger({ error: noop, warn: noop, info: noop, debug: noop, verbose: noop });
    diag.disable();
    assert.equal(apiSlot()?.diag, undefined);
    setLogger({ OTEL_LOG_LEVEL: 'error' });
    assert.notEqual(apiSlot()?.diag, undefined);
  });

  it('is none where nobody asks, or where the API is not in use', () => {
    setLogger({ OTEL_LOG_LEVEL: 'warn' });
    assert.equal(apiSlot(), undefined);
    Reflect.set(globalThis, API_KEY, { version: '1.9.1' });
    setLogger({});
    setLogger({ OTEL_LOG_LEVEL: 'loud' });
    assert.equal(apiSlot()?.diag, undefined);
  });
});

function noop(): void {}
