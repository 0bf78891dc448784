import assert from 'node:assert/strict';
import type { SlaOptions } from '../../src/sla/options.ts';
import type { OperationRecord } from '../../src/sla/reading.ts';
import type { ObjectiveReport, ServiceReport } from '../../src/sla/report.ts';
import { SlaTracker } from '../../src/sla/tracker.ts';
import type { SlaViolation } from '../../src/sla/violation.ts';
import { type Duration, parseDuration } from '../../src/time/duration.ts';

/** When the clock of a driven tracker starts: the first moment of a slot of every width. */
export const NOON: number = Date.UTC(2026, 0, 15, 12);

/** A tracker of the service `shop` whose clock stands still until a test moves it. */
export class DrivenTracker {
  now: number;
  readonly tracker: SlaTracker;
  /** What its listener was told. */
  readonly told: SlaViolation[] = [];

  constructor(options: SlaOptions = {}, now: number = NOON) {
    this.now = now;
    this.tracker = new SlaTracker({ clock: () => this.now, minEvents: 1, ...options });
    this.tracker.onViolation((violation) => this.told.push(violation));
  }

  /** Records requests that end at the present moment, unless they say otherwise. */
  send(count: number, parts: Partial<OperationRecord> = {}): void {
    for (let sent = 0; sent < count; sent++)
      this.tracker.record({
        service: 'shop',
        operation: 'GET /',
        success: true,
        durationMillis: 10,
        endTimeMillis: this.now,
        ...parts,
      });
  }

  /** Records requests that fail. */
  fail(count: number, parts: Partial<OperationRecord> = {}): void {
    this.send(count, { success: false, ...parts });
  }

  /** Lets time pass. */
  wait(duration: Duration): void {
    this.now += parseDuration(duration)!;
  }

  /** The report on a service, and on one kind of it where it has several. */
  service(service = 'shop', kind?: ServiceReport['kind']): ServiceReport {
    const found = this.tracker.report(service).services.find((each) => kind === undefined || each.kind === kind);
    assert.ok(found, `${service} is not reported`);
    return found;
  }

  /** The report on an objective by its name, of the whole service or of one operation. */
  objective(name: string, service = 'shop'): ObjectiveReport {
    const parts = this.tracker.report(service).services.flatMap((whole) => [whole, ...whole.operations]);
    const found = parts.flatMap(({ objectives }) => objectives).find((each) => each.name === name);
    assert.ok(found, `${name} of ${service} is not reported`);
    return found;
  }

  /** Good and bad events in an objective's window. */
  counts(name: string, service = 'shop'): [good: number, bad: number] {
    const { good, bad } = this.objective(name, service);
    return [good, bad];
  }
}
