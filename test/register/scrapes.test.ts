import assert from 'node:assert/strict';
import { withoutScrapes } from '../../src/register/scrapes.ts';
import { span, type SpanParts } from '../support/spans.ts';

const scrape: SpanParts = { attributes: { 'http.request.method': 'GET', 'url.path': '/metrics', 'server.port': 9464 } };
const verdict = (env: Record<string, string>, parts: SpanParts): string | undefined =>
  withoutScrapes(env).classify?.(span(parts));

describe('scrapes of the endpoint of the SDK', () => {
  const prometheus = { OTEL_METRICS_EXPORTER: 'otlp, prometheus' };

  it('are ignored, at the port that it has', () => {
    assert.equal(verdict(prometheus, scrape), 'ignored');
    const elsewhere = { ...prometheus, OTEL_EXPORTER_PROMETHEUS_PORT: '9000' };
    assert.equal(verdict(elsewhere, scrape), undefined);
    assert.equal(verdict(elsewhere, { attributes: { ...scrape.attributes, 'server.port': 9000 } }), 'ignored');
  });

  it('are known by the older attributes too', () => {
    assert.equal(verdict(prometheus, { attributes: { 'http.target': '/metrics', 'net.host.port': 9464 } }), 'ignored');
  });

  it('are not requests of other servers, paths and kinds', () => {
    assert.equal(verdict(prometheus, { attributes: { ...scrape.attributes, 'server.port': 8080 } }), undefined);
    assert.equal(verdict(prometheus, { attributes: { ...scrape.attributes, 'url.path': '/' } }), undefined);
    assert.equal(verdict(prometheus, { ...scrape, kind: 'client' }), undefined);
  });

  it('are not looked for where there is no such endpoint', () => {
    assert.deepEqual(withoutScrapes({}), {});
    assert.deepEqual(withoutScrapes({ OTEL_METRICS_EXPORTER: 'otlp' }), {});
  });
});
