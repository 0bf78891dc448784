import { type Context, context, createContextKey } from '@opentelemetry/api';

/** What a guard surrounds its work with. The signal is made when it is asked for. */
export interface Guarding {
  readonly signal: AbortSignal;
}

const GUARDED = createContextKey('opentelemetry-resilience guarded');

/** A context inside a guard. Unlike `setValue` it copies nothing, for it is made on every call. */
class GuardedContext implements Context {
  readonly outer: Context;
  readonly guarding: Guarding;

  constructor(outer: Context, guarding: Guarding) {
    this.outer = outer;
    this.guarding = guarding;
  }

  getValue(key: symbol): unknown {
    return key === GUARDED ? this : this.outer.getValue(key);
  }

  setValue(key: symbol, value: unknown): Context {
    return new GuardedContext(this.outer.setValue(key, value), this.guarding);
  }

  deleteValue(key: symbol): Context {
    return new GuardedContext(this.outer.deleteValue(key), this.guarding);
  }
}

/** Calls `fn` inside a guard, with what the guard gives its work. */
export function insideGuard<G extends Guarding, T>(guarding: G, fn: (guarding: G) => T): T {
  return context.with(new GuardedContext(context.active(), guarding), fn, undefined, guarding);
}

/** What the guards around this call give, the innermost first. */
export function* guardsAround(): Generator<Guarding, void> {
  let guarded = context.active().getValue(GUARDED);
  while (guarded instanceof GuardedContext) {
    yield guarded.guarding;
    guarded = guarded.outer.getValue(GUARDED);
  }
}
