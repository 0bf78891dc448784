import assert from 'node:assert/strict';
import type { IncomingMessage, ServerResponse } from 'node:http';
import * as sinon from 'sinon';
import { StatusPage } from '../../src/status/status-handler.ts';
import { viewOf } from '../support/status-view.ts';

describe('a status page that is asked for after its shutdown', () => {
  it('is still given, and begins no timer', () => {
    const clock = sinon.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    try {
      const page = new StatusPage(() => viewOf());
      page.remember();
      page[Symbol.dispose]();
      const response = { writeHead: sinon.spy(), end: sinon.spy() };
      page.handle(
        { method: 'GET', url: '/sla.json' } as IncomingMessage,
        response as Partial<ServerResponse> as ServerResponse,
      );
      assert.equal(response.writeHead.firstCall.args[0], 200);
      assert.equal(clock.countTimers(), 0);
    } finally {
      clock.restore();
    }
  });
});
