import type { BulkheadOptions } from '../bulkhead/options.ts';
import type { SlaOptions } from '../sla/options.ts';
import type { StatusServerOptions } from '../status/status-server.ts';
import type { Duration } from '../time/duration.ts';
import type { TimeoutOptions } from '../timeout/options.ts';

/** Everything that can be configured, in code or in `resilience.yaml`. Functions can be given in code only. */
export interface ResilienceConfig {
  /** What is promised, and how spans are read. Default: nothing is promised; requests are counted all the same. */
  sla?: SlaConfig;
  /** What is put around the calls of clients. The first rule that matches a call counts. Default: nothing. */
  guards?: GuardRule[];
  /** Endpoints of our own for metrics. Default: none, metrics leave through the readers that the SDK has. */
  metrics?: MetricsConfig;
  /** Failure analysis. Accepted; this version has none yet, and says so. */
  failures?: { enabled?: boolean };
  /** Where the status page is served. Default: nowhere. */
  status?: StatusServerOptions;
  /** Whether the file is read again when it changes: objectives and guards are swapped, and nothing counted is lost. Files only. Default `false`. */
  watch?: boolean;
}

/** The options of `SlaSpanProcessor`, and what only a configuration has. */
export interface SlaConfig extends SlaOptions {
  /** OpenSLO files whose objectives are kept too. Relative paths start at the configuration's folder; the last part may have `*` and `?`. Files only. Default: none. */
  openslo?: string[];
  /** Where windows are kept, so that they survive a restart. Default: nowhere. */
  state?: StateConfig;
}

/** Where windows are kept, so that they survive a restart. */
export interface StateConfig {
  /** Read at the start, written by rename. One process a file. */
  file: string;
  /** How often it is written while the process runs, 1 s or more; it is written at the end too. Default `'60s'`. */
  interval?: Duration;
}

/** Endpoints of our own for metrics. */
export interface MetricsConfig {
  /** A Prometheus endpoint, for processes whose SDK has no metric reader. Needs `@opentelemetry/exporter-prometheus` and `@opentelemetry/sdk-metrics`. */
  prometheus?: {
    /** Default 9464. */
    port?: number;
    /** Default `'localhost'`. */
    host?: string;
  };
}

/** The clients whose calls can be guarded: `fetch` stands for undici too, `http` for `node:https`, `redis` for ioredis. */
export type ClientName = 'fetch' | 'http' | 'pg' | 'redis' | 'grpc';

/** Every {@link ClientName}. */
export const CLIENT_NAMES: readonly ClientName[] = ['fetch', 'http', 'pg', 'redis', 'grpc'];

/** What is put around the calls that match. */
export interface GuardRule {
  /** Which calls. What is left out matches everything; at least one field. */
  match: GuardMatch;
  /** What the compartment is called, one for all calls that match. 1 to 200 characters. Default: one compartment a peer, called like it; with the rule's `operation`, where it has one. */
  name?: string;
  /** The compartment. Default: none. */
  bulkhead?: Omit<BulkheadOptions, 'name' | 'clock'>;
  /** How long a call may take until its answer begins: learned, fixed, or learned with options of its own. Default: as long as it takes. */
  timeout?: 'adaptive' | Duration | Omit<TimeoutOptions, 'clock'>;
}

/** Which calls a rule is about. */
export interface GuardMatch {
  /** The peer: its address, with or without the port, or its name as the SLA metrics have it, such as `postgresql/shop`. Exact or with `*` and `?`. */
  service?: string;
  /** What is called, such as `GET`, `GET /stock/*`, `SELECT`, `shop.Stock/Get`. Exact or with `*` and `?`. */
  operation?: string;
  /** The client that calls. */
  client?: ClientName | ClientName[];
}
