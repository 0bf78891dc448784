import type { HrTime } from '@opentelemetry/api';
import { NO_ATTRIBUTES, text } from './attributes.ts';
import type { Ledger } from './ledger.ts';
import { DURATION, END, Reading } from './reading.ts';
import type { Outcome, SlaOptions } from './options.ts';
import type { ReadableSpan, SpanResource } from './span.ts';
import { isNameSettled, operationOf, ownService, peerService } from './span-identity.ts';
import { INTERNAL, isOutgoing, SPAN_KINDS } from './span-kind.ts';
import { mayHaveFailed, outcomeOf } from './span-outcome.ts';

const SAMPLED = 1;
const UNREAD: unique symbol = Symbol('unread');

/** Reads finished spans: is it a request, whose, which, how long, and was it good? */
export class SpanReader {
  /** What the latest read found. One object, used again for every span. */
  readonly reading: Reading = new Reading();
  readonly #ledger: Ledger;
  readonly #identify: SlaOptions['identify'];
  readonly #classify: SlaOptions['classify'];
  readonly #clientErrors: Outcome;
  readonly #mayIgnore: boolean;
  /** The resource read last; nothing while its name may still change. */
  #resource: SpanResource | undefined | typeof UNREAD = UNREAD;
  #own = '';
  /** The pending resource that was asked to settle. */
  #awaited: SpanResource | undefined;
  readonly #onThrow: (error: unknown) => void;

  /** @param onThrow - told of what a hook of the user threw. */
  constructor(ledger: Ledger, onThrow: (error: unknown) => void) {
    this.#ledger = ledger;
    this.#onThrow = onThrow;
    this.#identify = ledger.options.identify;
    this.#classify = ledger.options.classify;
    this.#clientErrors = ledger.options.clientErrors;
    this.#mayIgnore = ledger.options.ignore.length > 0;
  }

  /**
   * Whether a span that is about to end may have broken an objective: a quick look, without asking whose it is, for most
   * have not.
   */
  mayBreak(span: ReadableSpan): boolean {
    if (this.#classify !== undefined) return true;
    const slow = !(millis(span.duration) <= this.#ledger.leastThresholdMillis);
    return slow || mayHaveFailed(span, span.attributes ?? NO_ATTRIBUTES);
  }

  /** Reads a span, and whether it is a request that counts; then {@link SpanReader.reading} holds it. May throw what the span's getters throw. */
  read(span: ReadableSpan): boolean {
    const kind = span.kind;
    if (typeof kind !== 'number' || SPAN_KINDS[kind] === undefined)
      throw new TypeError(`a span of kind ${String(kind)}`);
    const outgoing = isOutgoing(kind);
    if (kind === INTERNAL ? !this.#ledger.objectives.namesInternal : !outgoing && isNested(span)) return false;
    const attributes = span.attributes ?? NO_ATTRIBUTES;
    if (span.resource !== this.#resource) this.#readResource(span.resource);
    let service = outgoing ? peerService(attributes) : this.#own;
    let operation = operationOf(attributes, outgoing, span.name);
    if (this.#identify !== undefined) {
      const identity = this.#ask(this.#identify, span);
      service = text(identity?.service) ?? service;
      operation = text(identity?.operation) ?? operation;
    }
    if (this.#mayIgnore && this.#ledger.ignores(service, operation)) return false;
    if (kind === INTERNAL && !this.#ledger.objectives.wantsInternal(service, operation)) return false;
    const outcome =
      (this.#classify && this.#classifyByHand(span)) ?? outcomeOf(span, attributes, outgoing, this.#clientErrors);
    if (outcome === 'ignored') return false;
    // Hooks may have ended spans themselves, which are read into the same object: nothing is noted before they answered.
    const reading = this.reading;
    reading.kind = kind;
    reading.service = service;
    reading.operation = operation;
    reading.success = outcome === 'success';
    reading.times[END] = millis(span.endTime);
    reading.times[DURATION] = millis(span.duration);
    if (!reading.success || !(reading.times[DURATION] <= this.#ledger.leastThresholdMillis)) this.#readTrace(span);
    return true;
  }

  /** Only of a request that may break an objective is the trace remembered. */
  #readTrace(span: ReadableSpan): void {
    const context = span.spanContext();
    this.reading.traceId = text(context.traceId) ?? '';
    this.reading.sampled = (context.traceFlags & SAMPLED) !== 0;
  }

  /** Attributes may still be resolving: a name that depends on it is read again with every span until it has settled. */
  #readResource(resource: SpanResource | undefined): void {
    this.#own = ownService(resource);
    this.#ledger.table.own(this.#own);
    this.#resource = isNameSettled(resource) ? resource : UNREAD;
    if (this.#resource === UNREAD && this.#awaited !== resource) this.#settle(resource);
  }

  /** Only an exporter would otherwise wait for a resource; without one it would be pending for ever. */
  #settle(resource: SpanResource | undefined): void {
    this.#awaited = resource;
    resource?.waitForAsyncAttributes?.().catch(this.#onThrow);
  }

  #classifyByHand(span: ReadableSpan): Outcome | undefined {
    const outcome = this.#ask(this.#classify, span);
    return outcome === 'success' || outcome === 'failure' || outcome === 'ignored' ? outcome : undefined;
  }

  /** A user's hook may throw, now or later; the rules then decide, and the span still counts. */
  #ask<T>(hook: ((span: ReadableSpan) => T) | undefined, span: ReadableSpan): T | undefined {
    try {
      const answer = hook?.(span);
      if (answer instanceof Promise) answer.catch(this.#onThrow);
      return answer;
    } catch (error) {
      this.#onThrow(error);
      return undefined;
    }
  }
}

/** A server or consumer span inside another of the same process: a framework's under HTTP's, a process under its receive. */
function isNested(span: ReadableSpan): boolean {
  const parent = span.parentSpanContext;
  return parent !== undefined && parent !== null && parent.isRemote !== true;
}

function millis(time: HrTime): number {
  return time[0] * 1e3 + time[1] / 1e6;
}
