import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';

const PROGRAM = join(import.meta.dirname, 'loading.ts');
const run = promisify(execFile);

/** @param span - the client's own, which has to have the events. */
export function itIsGuardedHoweverLoaded(name: string, port: () => number, span: string): void {
  for (const first of ['guarded', 'instrumented']) {
    for (const way of ['require', 'import']) {
      it(`is guarded: ${name}, by ${way}, ${first} first`, async () => {
        const { stdout } = await run(process.execPath, [PROGRAM, name, first, way, String(port())]);
        assert.deepEqual(stdout.trim().split('\n'), [`${span}: timeout.exceeded`]);
      });
    }
  }
}
