import assert from 'node:assert/strict';
import { join } from 'node:path';
import { type Outcome, run, type Run } from './children.ts';

export const ours = 'opentelemetry-resilience/register';
export const auto = '@opentelemetry/auto-instrumentations-node/register';

export const importing = (...modules: string[]): string[] => modules.flatMap((module) => ['--import', module]);
/** A file of this folder. */
export const file = (name: string): string => join(import.meta.dirname, name);
/** An objective for all requests of the shop. */
export const configured: Record<string, string> = { OTEL_RESILIENCE_CONFIG: file('promises.yaml') };

/** Runs the application as `options` say, and looks at what came of it. */
type Combination = (what: string, options: () => Run | Promise<Run>, check: (outcome: Outcome) => void) => void;

/** Declares tests that all begin to run at once, as far as there are processors for them, and are looked at in turn. */
export function combinations(title: string, declare: (combination: Combination) => void): void {
  const begins: (() => void)[] = [];
  const add: Combination = (what, options, check) => {
    let outcome: Promise<Outcome> | undefined;
    begins.push(() => {
      outcome = Promise.resolve().then(options).then(run);
      outcome.catch(() => undefined);
    });
    it(what, async () => check(await outcome!));
  };
  describe(title, () => {
    before(() => begins.forEach((begin) => begin()));
    declare(add);
  });
}

/** The application has ended by itself and well, and the package had nothing to say. */
export function assertQuiet({ code, signal, told, stderr }: Outcome): void {
  assert.deepEqual({ code, signal, told }, { code: 0, signal: null, told: [] }, stderr);
}
