/** What was sent to one route and how it was answered. */
export interface Counts {
  sent: number;
  ok: number;
  clientErrors: number;
  serverErrors: number;
  /** No answer came: given up on after the wait, or the connection broke. */
  aborted: number;
}

/** By service, then by operation. */
export type Tally = Record<string, Record<string, Counts & { good: number; bad: number }>>;

/** The load generator's own books, kept without OpenTelemetry. */
export class TallyBook {
  readonly #counts = new Map<string, Map<string, Counts>>();

  /** Status 0 stands for no answer. */
  add(service: string, operation: string, status: number): void {
    const counts = this.#countsOf(service, operation);
    counts.sent += 1;
    if (status === 0) counts.aborted += 1;
    else if (status >= 500) counts.serverErrors += 1;
    else if (status >= 400) counts.clientErrors += 1;
    else counts.ok += 1;
  }

  /** Good is what an SLA calls good by default: every answer but a 5xx. */
  tally(): Tally {
    const tally: Tally = {};
    for (const [service, operations] of this.#counts) {
      const routes = (tally[service] ??= {});
      for (const [operation, counts] of operations) {
        const good = counts.ok + counts.clientErrors;
        routes[operation] = { ...counts, good, bad: counts.sent - good };
      }
    }
    return tally;
  }

  #countsOf(service: string, operation: string): Counts {
    let operations = this.#counts.get(service);
    if (operations === undefined) this.#counts.set(service, (operations = new Map()));
    let counts = operations.get(operation);
    if (counts === undefined) {
      counts = { sent: 0, ok: 0, clientErrors: 0, serverErrors: 0, aborted: 0 };
      operations.set(operation, counts);
    }
    return counts;
  }
}
