import type { CallGuard, Exchange, Progress } from '../../src/instrumentation/clients/call-guard.ts';

/** A call of a client that a test drives: what its guard did with it, and what the client tells. */
export class DrivenExchange implements Exchange {
  /** What the guard did, in order. */
  readonly log: string[] = [];
  error: Error | undefined;
  readonly progress: Progress;
  onSend: () => void = () => {};

  constructor(guard: CallGuard, onSend?: () => void) {
    if (onSend) this.onSend = onSend;
    this.progress = guard.begin(this);
  }

  send(): void {
    this.log.push('send');
    this.onSend();
  }

  fail(error: Error): void {
    this.log.push('fail');
    this.error = error;
  }

  /** The code of the error it was ended with. */
  get code(): unknown {
    return (this.error as { code?: unknown } | undefined)?.code;
  }
}

/** One whose work can be let run on for a while after its caller was answered. */
export class FollowedExchange extends DrivenExchange {
  abort(): void {
    this.log.push('abort');
  }
}
