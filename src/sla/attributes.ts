import type { Attributes } from '@opentelemetry/api';

/** What stands for the attributes of a span that has none. */
export const NO_ATTRIBUTES: Attributes = Object.freeze({});

/** A value as a usable name, or `undefined`. */
export function text(value: unknown): string | undefined {
  return typeof value === 'string' && value.length > 0 ? value : undefined;
}

/** A status code as a number, whether it was set as a number or as digits; -1 without one. */
function code(value: unknown): number {
  if (typeof value === 'number') return value;
  return typeof value === 'string' && value.length > 0 && value.length < 4 ? Number(value) : -1;
}

/** The request method of an HTTP span, stable and older semantic conventions; `undefined` for any other span. */
export function httpMethod(attributes: Attributes): string | undefined {
  return text(attributes['http.request.method']) ?? text(attributes['http.method']);
}

/** The response's status code; -1 without one. */
export function httpStatus(attributes: Attributes): number {
  return code(attributes['http.response.status_code'] ?? attributes['http.status_code']);
}

/** The system of a database span. */
export function databaseSystem(attributes: Attributes): string | undefined {
  return text(attributes['db.system.name']) ?? text(attributes['db.system']);
}

/** Where a message goes or comes from. Names made for one process or one reply are collapsed, for they have no bound. */
export function messagingDestination(attributes: Attributes): string | undefined {
  if (attributes['messaging.destination.temporary'] === true) return '(temporary)';
  if (attributes['messaging.destination.anonymous'] === true) return '(anonymous)';
  return (
    text(attributes['messaging.destination.template']) ??
    text(attributes['messaging.destination.name']) ??
    text(attributes['messaging.destination'])
  );
}
