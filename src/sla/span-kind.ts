/** The kinds of span by their OpenTelemetry numbers: `SPAN_KINDS[SpanKind.SERVER] === 'server'`. */
export const SPAN_KINDS = ['internal', 'server', 'client', 'producer', 'consumer'] as const;

export type SpanKindName = (typeof SPAN_KINDS)[number];

export const INTERNAL = 0;
export const SERVER = 1;
export const CLIENT = 2;
export const PRODUCER = 3;
export const CONSUMER = 4;

/** Whether a kind says what a service called, rather than what it served. */
export function isOutgoing(kind: number): boolean {
  return kind === CLIENT || kind === PRODUCER;
}
