import type { CollectionResult, MetricProducer } from './metric-producer.ts';

/** Several producers of this package's metrics as one. */
export class JoinedProducer implements MetricProducer {
  readonly #producers: readonly MetricProducer[];

  /** @param producers - at least one; all of the same scope. */
  constructor(producers: readonly MetricProducer[]) {
    this.#producers = producers;
  }

  /** Never rejects: what goes wrong stands in the result's errors. */
  async collect(): Promise<CollectionResult> {
    const results = await Promise.all(this.#producers.map((producer) => producer.collect()));
    const scopes = results.flatMap(({ resourceMetrics }) => resourceMetrics.scopeMetrics);
    const [first] = results as [CollectionResult];
    return {
      resourceMetrics: {
        resource: first.resourceMetrics.resource,
        scopeMetrics: [{ scope: scopes[0]!.scope, metrics: scopes.flatMap(({ metrics }) => metrics) }],
      },
      errors: results.flatMap(({ errors }) => errors),
    };
  }
}
