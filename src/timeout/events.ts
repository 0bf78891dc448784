/** Something that happened to a call, or to what an operation may take. */
export type TimeoutEvent =
  | {
      /** A call was cut, or would have been in `observe` mode. */
      readonly kind: 'exceeded';
      readonly operation: string;
      readonly timeoutMillis: number;
      readonly elapsedMillis: number;
      readonly mode: 'enforce' | 'observe';
      /** Whether the work is followed in the background and not yet aborted. */
      readonly watched: boolean;
    }
  | {
      /** The operation learned another timeout: told once it is 20 % away from the one told before. */
      readonly kind: 'adjusted';
      readonly operation: string;
      readonly fromMillis: number;
      readonly toMillis: number;
    }
  | {
      /** The ambient deadline cut a call, or refused it before it started. */
      readonly kind: 'deadline';
      readonly operation: string;
      /** What was left when the call came. */
      readonly remainingMillis: number;
      readonly refused: boolean;
    }
  | {
      /** Work ended after its caller had been answered. */
      readonly kind: 'late';
      readonly operation: string;
      readonly durationMillis: number;
      readonly success: boolean;
    };

/** Hears of an event at once, in the async context of the call it is about. What it throws is counted and goes no further. */
export type TimeoutListener = (event: TimeoutEvent) => void;
