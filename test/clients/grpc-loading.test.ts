import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { status } from '@grpc/grpc-js';
import type { Told } from './grpc-program.ts';

const program = fileURLToPath(new URL('grpc-program.ts', import.meta.url));

describe('a program that guards its gRPC calls', () => {
  const told = async (...steps: string[]): Promise<Told> => {
    const { stdout } = await promisify(execFile)(process.execPath, [program, ...steps]);
    return JSON.parse(stdout) as Told;
  };

  const codes = [status.UNAVAILABLE, status.OK, status.OK, status.DEADLINE_EXCEEDED];
  const twice = <T>(each: readonly T[]): T[] => [...each, ...each];

  for (const steps of [
    ['guard', 'require'],
    ['guard', 'import'],
    ['require', 'guard'],
    ['import', 'guard'],
  ])
    it(`guards them all: ${steps.join(', then ')}`, async () => {
      const { calls, codes: got } = await told(...steps);
      assert.deepEqual(got, twice(codes));
      assert.deepEqual(calls, { success: 4, timeout: 2, rejected: 2 });
    });

  for (const steps of [
    ['instrument', 'guard', 'require'],
    ['guard', 'instrument', 'require'],
    ['instrument', 'require', 'guard'],
  ])
    it(`tells of the guards on the client spans: ${steps.join(', then ')}`, async () => {
      const { spans, sla, codes: got } = await told(...steps);
      assert.deepEqual(got, twice(codes));
      assert.deepEqual(
        spans,
        twice([
          { code: status.UNAVAILABLE, events: ['bulkhead.rejected'], isContinued: false },
          { code: status.OK, events: [], isContinued: true },
          { code: status.OK, events: ['bulkhead.queued'], isContinued: true },
          { code: status.DEADLINE_EXCEEDED, events: ['timeout.exceeded'], isContinued: true },
        ]),
      );
      assert.deepEqual(sla, { requests: 6, failures: 2 }, 'what was refused does not count against the server');
    });
});
