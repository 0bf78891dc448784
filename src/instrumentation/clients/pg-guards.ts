import { hasRoom } from '../../bulkhead/bulkhead.ts';
import { CallGuard } from './call-guard.ts';

const untimed = new WeakMap<CallGuard, CallGuard>();
const slotless = new WeakMap<CallGuard, CallGuard>();

/** The same without its timeout: for results that are read piece by piece, at the pace of whoever reads them. */
export function withoutTimeout(guard: CallGuard): CallGuard {
  return variant(untimed, guard, { ...guard.parts, timeout: undefined, timeoutMillis: undefined });
}

/**
 * The guard of a statement inside a transaction. It takes a slot where one is free and goes on without one where none is:
 * waiting, it could wait for those who hold slots and wait for the locks of its own transaction.
 */
export function insideTransaction(guard: CallGuard): CallGuard {
  const { bulkhead } = guard.parts;
  if (bulkhead === undefined || hasRoom(bulkhead())) return guard;
  return variant(slotless, guard, { ...guard.parts, bulkhead: undefined });
}

function variant(known: WeakMap<CallGuard, CallGuard>, guard: CallGuard, parts: CallGuard['parts']): CallGuard {
  let found = known.get(guard);
  if (found === undefined) known.set(guard, (found = new CallGuard(parts)));
  return found;
}
