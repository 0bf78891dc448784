import { adaptiveTimeoutPackage, ewma, fixed, percentile, rfc6298 } from './policies.ts';
import { type Given, replay, replayOurs } from './replay.ts';
import { type Arrival } from './traffic.ts';

/** A column of the table. */
export interface Method {
  readonly name: string;
  run(calls: readonly Arrival[], falseTimeoutRate: number): Promise<Given>;
}

export const OURS: Method = { name: 'ours', run: replayOurs };

export const OTHERS: readonly Method[] = [
  { name: 'static 1 s', run: (calls) => replay(calls, fixed(1_000)) },
  { name: 'EWMA x 3', run: (calls) => replay(calls, ewma()) },
  { name: 'RFC 6298', run: (calls) => replay(calls, rfc6298()) },
  { name: 'p99 x 2', run: (calls) => replay(calls, percentile(0.99, 2)) },
  { name: 'p99.9', run: (calls, rate) => replay(calls, percentile(1 - rate, 1)) },
  { name: 'npm adaptive-timeout', run: (calls) => replay(calls, adaptiveTimeoutPackage()) },
];
