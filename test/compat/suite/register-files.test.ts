import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from './free-port.ts';
import { type Outcome, run, type Run } from './register/children.ts';
import { assertQuiet, auto, file, importing, ours } from './register/combinations.ts';
import { orders } from './register/day.ts';

describe('register, with files', () => {
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'register-'));
  });

  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  it('goes on where the process before it ended, and with an empty window where the state is damaged', async () => {
    const state = join(folder, 'state.json');
    const env = { OTEL_RESILIENCE_CONFIG: file('remembering.yaml'), STATE_FILE: state };
    const day: Run = { start: 'nodeSdk', node: importing(ours), env };
    // There is none of fewer than ten requests; each day has three.
    const status = ({ metrics }: Outcome): number | undefined =>
      metrics['sla_status{sla_objective="availability",sla_service="shop"}'];
    const days = [await run(day), await run(day), await run(day), await run(day)];
    days.forEach(assertQuiet);
    assert.deepEqual(days.map(status), [undefined, undefined, undefined, 2]);
    assert.deepEqual(readdirSync(folder), ['state.json']);
    writeFileSync(state, readFileSync(state, 'utf8').slice(0, 200));
    const after = await run(day);
    assert.equal(status(after), undefined);
    assert.equal(after.told.length, 1);
    assert.match(after.told[0] ?? '', /^SLA windows start empty: .* It will be replaced\.$/);
  });

  it('leaves a graceful end to the application: the SDK exports the last metrics, and the state is saved', async () => {
    const env = { OTEL_RESILIENCE_CONFIG: file('remembering.yaml'), STATE_FILE: join(folder, 'state.json') };
    const onOutput: Run['onOutput'] = (_, kill) => kill('SIGTERM');
    const outcome = await run({ app: 'graceful.cjs', node: importing(ours, auto), env, onOutput });
    assertQuiet(outcome);
    assert.equal(outcome.metrics[orders('success')], 1);
    assert.deepEqual(outcome.spans, ['POST /orders']);
    assert.deepEqual(readdirSync(folder), ['state.json']);
  });

  it('follows a configuration that changes, and loses nothing that it has counted', async () => {
    const changing = join(folder, 'resilience.yaml');
    const watched = readFileSync(file('watched.yaml'), 'utf8');
    writeFileSync(changing, watched);
    const port = String(await freePort());
    const env = {
      OTEL_RESILIENCE_CONFIG: changing,
      ENDPOINT_PORT: port,
      SHOP_SCRAPES: `http://localhost:${port}/metrics`,
    };
    let isChanged = false;
    const outcome = await run({
      app: 'watching.cjs',
      node: importing(ours),
      env,
      onOutput(output, kill) {
        if (!isChanged && output.includes('sla_objective="first"')) {
          isChanged = true;
          writeFileSync(changing, watched.replace('name: first', 'name: second'));
        }
        if (/sla_objective="second"[^]*^resilience_processor_series/m.test(output)) kill('SIGTERM');
      },
    });
    assert.deepEqual(outcome.told, []);
    const last = outcome.stdout.slice(outcome.stdout.lastIndexOf('# HELP target_info'));
    assert.doesNotMatch(last, /sla_objective="first"/);
    assert.match(last, /^resilience_processor_spans_total\{resilience_result="counted",.*\} 1$/m);
  });
});
