import assert from 'node:assert/strict';
import { once } from 'node:events';
import http, { type IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';
import { diag, DiagLogLevel } from '@opentelemetry/api';
import type { GuardRules } from '../../src/instrumentation/clients/guard-rules.ts';
import { guardHttp } from '../../src/instrumentation/clients/http.ts';
import { guardUndici } from '../../src/instrumentation/clients/undici.ts';
import { HeldServer } from './held-server.ts';

const clients: Record<string, [guard: (rules: GuardRules) => Disposable, get: (url: string) => Promise<string>]> = {
  fetch: [guardUndici, async (url) => (await fetch(url)).text()],
  'node:http': [
    guardHttp,
    async (url) => {
      const [response] = (await once(http.get(url), 'response')) as [IncomingMessage];
      return text(response);
    },
  ],
};

for (const [name, [guard, get]] of Object.entries(clients)) {
  it(`a call of ${name} passes as it is where the rules fail, which is told once`, async () => {
    const told: string[] = [];
    const ignored = (): void => {};
    const logger = { error: ignored, info: ignored, debug: ignored, verbose: ignored };
    diag.setLogger({ ...logger, warn: (message) => told.push(message) }, DiagLogLevel.WARN);
    const broken = {
      isEmpty: false,
      peer: () => {
        throw new Error('broken rules');
      },
    } as unknown as GuardRules;
    const [server, guarding] = [await HeldServer.start(), guard(broken)];
    assert.deepEqual([await get(`${server.origin}/now`), await get(`${server.origin}/now`)], ['now', 'now']);
    guarding[Symbol.dispose]();
    diag.disable();
    assert.equal(told.filter((each) => each.includes('broken rules')).length, 1);
    await server[Symbol.asyncDispose]();
  });
}
