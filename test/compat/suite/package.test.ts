import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import * as whole from 'opentelemetry-resilience';
import * as bulkheads from 'opentelemetry-resilience/bulkhead';
import * as concept from 'opentelemetry-resilience/sla';
import * as timeouts from 'opentelemetry-resilience/timeout';

describe('the installed package', () => {
  it('shares the one copy of the API with the SDK', () => {
    const ours = createRequire(import.meta.resolve('opentelemetry-resilience'));
    const theirs = createRequire(import.meta.resolve('@opentelemetry/sdk-metrics'));
    assert.equal(ours.resolve('@opentelemetry/api'), theirs.resolve('@opentelemetry/api'));
  });

  it('is the same module by every path', () => {
    assert.equal(concept.SlaTracker, whole.SlaTracker);
    assert(new whole.SlaSpanProcessor(new concept.SlaTracker()).tracker instanceof whole.SlaTracker);
    assert(new whole.Bulkhead({ name: 'payment' }) instanceof bulkheads.Bulkhead);
    assert(new whole.AdaptiveTimeout() instanceof timeouts.AdaptiveTimeout);
    assert.equal(timeouts.withDeadline, whole.withDeadline);
  });

  it('brings two small dependencies, and asks for the API alone', async () => {
    const { default: manifest } = (await import('opentelemetry-resilience/package.json', {
      with: { type: 'json' },
    })) as {
      default: Record<
        'dependencies' | 'peerDependencies' | 'peerDependenciesMeta',
        Record<string, { optional?: true }>
      >;
    };
    const { dependencies, peerDependencies, peerDependenciesMeta: meta } = manifest;
    assert.deepEqual(Object.keys(dependencies), ['valibot', 'yaml']);
    const required = Object.keys(peerDependencies).filter((name) => meta[name]?.optional !== true);
    assert.deepEqual(required, ['@opentelemetry/api']);
  });
});
