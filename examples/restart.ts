/**
 * Windows that survive a restart: the state goes to a file, replaced in one step so that a crash leaves the old one or
 * the new one, never half of it. This program runs itself three times, as a service would be deployed three times.
 *
 *     npm run build && node examples/restart.ts
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SlaTracker } from 'opentelemetry-resilience';

const [, program = '', file] = process.argv;
if (file === undefined) deployThreeTimes();
else serve(file);

function serve(stateFile: string): void {
  const tracker = new SlaTracker({
    objectives: [{ service: 'checkout', metric: 'availability', target: 0.98, minEvents: 100 }],
  });

  const saved = read(stateFile);
  const result = saved === undefined ? undefined : tracker.restoreState(saved);
  if (result?.restored === false) console.log(`starts empty: ${result.reason}`); // cut off, or not ours

  for (let request = 0; request < 100; request++) {
    tracker.record({ service: 'checkout', operation: 'POST /orders', success: request !== 42, durationMillis: 87 });
  }
  // A service would do this every minute, and once more when it is told to stop.
  replace(stateFile, tracker.saveState());

  const [checkout] = tracker.report('checkout').services;
  const [objective] = checkout?.objectives ?? [];
  console.log(`process ${process.pid}: ${result?.restored ? 'continued' : 'started empty'}, counted 100 requests`);
  console.log(`  in the window: ${objective?.good} good, ${objective?.bad} bad, ${objective?.status}`);
}

function read(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined; // the first time there is none
  }
}

/** On the same file system a rename replaces the old file in one step. */
function replace(path: string, text: string): void {
  writeFileSync(`${path}.new`, text, { flush: true });
  renameSync(`${path}.new`, path);
}

function deployThreeTimes(): void {
  const folder = mkdtempSync(join(tmpdir(), 'sla-restart-'));
  for (let life = 1; life <= 3; life++) {
    const { status } = spawnSync(process.execPath, [program, join(folder, 'sla-state.json')], { stdio: 'inherit' });
    if (status !== 0) process.exitCode = 1;
  }
  rmSync(folder, { recursive: true });
}
