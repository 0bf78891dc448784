import { guardsAround } from '../time/guarded-context.ts';

/** What the work of a bulkhead is given. */
export interface CallContext {
  /**
   * Aborted when the call is given up: its caller aborts, its `timeout` expires, or the guard around it aborts. Never
   * aborted for having ended. Made when it is first read.
   */
  readonly signal: AbortSignal;
}

/** One call on its way through a bulkhead: what its work is given, and what has to be known of it until that has ended. */
export class Call implements CallContext {
  /** The compartment it is a call of. */
  readonly owner: object;
  /** The gate's generation when it was let in; negative while it has no slot. */
  generation = -1;
  /** Whether its caller was answered and its work runs on. */
  isOverrun = false;
  /** When it was let in, by the clock. */
  startedAt: number = NaN;
  #controller: AbortController | undefined;
  #signal: AbortSignal | undefined;

  constructor(owner: object) {
    this.owner = owner;
  }

  get signal(): AbortSignal {
    return (this.#signal ??= this.#follow((this.#controller ??= new AbortController()).signal));
  }

  /** Aborts the signal, or sees to it that it is aborted should anybody ask for it. */
  cut(reason: unknown): void {
    if (this.#controller) this.#controller.abort(reason);
    else this.#signal ??= AbortSignal.abort(reason);
  }

  #follow(own: AbortSignal): AbortSignal {
    let isOuter = false;
    for (const guarding of guardsAround()) {
      if (isOuter) return AbortSignal.any([own, guarding.signal]);
      isOuter = guarding === this;
    }
    return own;
  }
}

/** Whether this is asked by the work of a call to that very compartment, or by what such work called. */
export function isInside(owner: object): boolean {
  for (const guarding of guardsAround())
    if (guarding instanceof Call && guarding.owner === owner && guarding.generation >= 0) return true;
  return false;
}
