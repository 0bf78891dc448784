import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';

const PROGRAM = join(import.meta.dirname, 'loading.ts');
const run = promisify(execFile);

/** @param span - of the call, the client's own: there has to be one, and it has to have the event. */
export function itIsGuardedHoweverLoaded(name: string, port: () => number, span: string): void {
  for (const first of ['guarded', 'instrumented']) {
    for (const way of ['require', 'import']) {
      it(`is guarded: ${name}, by ${way}, ${first} first`, async () => {
        const { stdout } = await run(process.execPath, [PROGRAM, name, first, way, String(port())]);
        const told = stdout.split('\n').filter((each) => each.startsWith('request') || each.startsWith(span));
        assert.deepEqual(told.toSorted(), [`${span}: timeout.exceeded`, 'request'].toSorted());
      });
    }
  }
}
