import { diag } from '@opentelemetry/api';
import type { GuardRules } from './guard-rules.ts';
import { guardGrpc } from './grpc.ts';
import { guardHttp } from './http.ts';
import { guardPg } from './pg.ts';
import { guardRedis } from './redis.ts';
import { guardUndici } from './undici.ts';

const CLIENTS: Readonly<Record<string, (rules: GuardRules) => Disposable>> = {
  fetch: guardUndici,
  http: guardHttp,
  pg: guardPg,
  redis: guardRedis,
  grpc: guardGrpc,
};

/** The clients whose calls the rules guard. One that cannot be guarded is told of, and works on as it is. */
export class GuardedClients {
  readonly #rules: GuardRules;
  #installed: Disposable[] | undefined;

  constructor(rules: GuardRules) {
    this.#rules = rules;
  }

  /** Once, however often it is called. */
  install(): void {
    this.#installed ??= Object.entries(CLIENTS).flatMap(([name, guard]) => {
      try {
        return [guard(this.#rules)];
      } catch (error) {
        diag.warn(
          `opentelemetry-resilience: calls of ${name} cannot be guarded; they pass as they are. ${String(error)}`,
        );
        return [];
      }
    });
  }

  remove(): void {
    for (const each of this.#installed ?? []) each[Symbol.dispose]();
    this.#installed = undefined;
  }
}
