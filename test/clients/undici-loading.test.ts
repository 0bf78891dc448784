import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { isOldest, load } from './copies.ts';

const run = promisify(execFile);
const clients = new URL('../../src/instrumentation/clients/', import.meta.url);
const undici = JSON.stringify(load.resolve('undici'));

/** Guards that let one call through at once, with nobody waiting; a server; and what sends to it. */
const before = `
  import { createRequire } from 'node:module';
  import { ConfiguredGuards } from '${new URL('configured-guards.ts', clients).href}';
  import { guardUndici } from '${new URL('undici.ts', clients).href}';
  const require = createRequire(${undici});
  const { createServer } = require('node:http');
  const slots = ['1', '2'].map((each) => Symbol.for('undici.globalDispatcher.' + each));
  const server = createServer((_, response) => setImmediate(() => response.end('answer'))).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const url = 'http://127.0.0.1:' + server.address().port;
  const guards = new ConfiguredGuards();
  guards.apply([{ match: { client: 'fetch' }, bulkhead: { maxConcurrent: 1 } }]);
  const guarding = guardUndici(guards.rules);
`;

/** Makes two calls at once, and prints how they went. */
const after = `
  const told = async (call) => {
    try { const answer = await call(); return await (answer.text?.() ?? answer.body.text()); }
    catch (error) { return error.code ?? error.cause?.code ?? String(error); }
  };
  console.log((await Promise.all([told(send), told(send)])).join());
  process.exit();
`;

async function outcome(code: string): Promise<string> {
  const { stdout } = await run(process.execPath, ['--no-warnings', '--input-type=module', '-e', before + code + after]);
  return stdout.trim();
}

const GUARDED = 'answer,BULKHEAD_REJECTED';

describe('undici, when guards are there first', () => {
  const programs: Record<string, string> = {
    'the very first fetch': 'const send = () => fetch(url);',
    'a fetch after the classes of undici were used': 'new Response(""); const send = () => fetch(url);',
    'the very first request of the package': `const send = () => require(${undici}).request(url);`,
    'a request of the package after a fetch': `
      await (await fetch(url)).text();
      const send = () => require(${undici}).request(url);`,
    'a fetch after the package was loaded': `require(${undici}); const send = () => fetch(url);`,
    'a request by an agent of the package': `
      const { Agent, request } = require(${undici});
      const dispatcher = new Agent();
      const send = () => request(url, { dispatcher });`,
    'a request by an agent of the package that was imported after a fetch': `
      await (await fetch(url)).text();
      const { Agent, request } = await import(${undici});
      const dispatcher = new Agent();
      const send = () => request(url, { dispatcher });`,
    'a fetch by an agent of the package that has become the global one': `
      await (await fetch(url)).text();
      const { Agent, setGlobalDispatcher } = await import(${undici});
      setGlobalDispatcher(new Agent());
      const send = () => fetch(url);`,
    'a fetch that the package has installed':
      // What the oldest does not have.
      isOldest ? 'const send = () => fetch(url);' : `require(${undici}).install(); const send = () => fetch(url);`,
  };

  for (const [name, program] of Object.entries(programs)) {
    it(`is guarded: ${name}`, async () => {
      assert.equal(await outcome(program), GUARDED);
    });
  }

  it('is not loaded by guards, nor is anything left in its place when they go', async () => {
    const program = `
      const found = () => slots.map((slot) => String(Object.getOwnPropertyDescriptor(globalThis, slot)?.value)).join();
      console.log(found());
      guarding[Symbol.dispose]();
      console.log(slots.some((slot) => slot in globalThis));
      const send = () => fetch(url);`;
    assert.deepEqual((await outcome(program)).split('\n'), ['undefined,undefined', 'false', 'answer,answer']);
  });

  it('may be put into the global slot by hand', async () => {
    const program = `
      const dispatched = [];
      globalThis[slots[0]] = { dispatch: (options) => dispatched.push(options.origin) };
      void fetch(url);
      await new Promise(setImmediate);
      const send = async () => ({ text: () => String(dispatched[0] === url || slots[1] in globalThis) });`;
    assert.equal(await outcome(program), 'true,true');
  });

  it('is as it was when guards go', async () => {
    const program = `
      await (await fetch(url)).text();
      guarding[Symbol.dispose]();
      const send = () => fetch(url);`;
    assert.equal(await outcome(program), 'answer,answer');
  });

  it('stays as another patch has left it when guards go', async () => {
    const program = `
      await (await fetch(url)).text();
      let base = Object.getPrototypeOf(globalThis[slots[1]] ?? globalThis[slots[0]]);
      while (!Object.hasOwn(base, 'dispatch')) base = Object.getPrototypeOf(base);
      const { dispatch } = base;
      let patched = 0;
      base.dispatch = function (...call) { patched++; return dispatch.apply(this, call); };
      guarding[Symbol.dispose]();
      const send = async () => { const answer = await fetch(url); return { text: () => (patched > 0 ? 'patched' : 'bare') }; };`;
    assert.equal(await outcome(program), 'patched,patched');
  });
});

describe('undici, when it is there first', () => {
  const ready = (program: string): string => `guarding[Symbol.dispose](); ${program} guardUndici(guards.rules);`;
  const programs: Record<string, string> = {
    'a fetch': `${ready('await (await fetch(url)).text();')} const send = () => fetch(url);`,
    'a request by an agent of the package': `
      ${ready(`const { Agent, request } = require(${undici}); const dispatcher = new Agent();`)}
      const send = () => request(url, { dispatcher });`,
  };

  for (const [name, program] of Object.entries(programs)) {
    it(`is guarded: ${name}`, async () => {
      assert.equal(await outcome(program), GUARDED);
    });
  }
});
