/** What the application loads, by how it starts the SDK. */
const byHand = [
  process.env.SHOP_TRACES,
  '@opentelemetry/sdk-metrics',
  '@opentelemetry/resources',
  '@opentelemetry/exporter-trace-otlp-http',
  '@opentelemetry/exporter-metrics-otlp-http',
];
const node = '@opentelemetry/sdk-node';
const modules = {
  nodeSdk: [node],
  later: [node],
  configFile: [node],
  nodeSdkByHand: [node, ...byHand],
  bare: byHand,
  otherApi: byHand,
  foreign: [],
  instrumentation: [node, 'opentelemetry-resilience'],
};

exports.start = process.env.SHOP_START;
exports.names = ['@opentelemetry/api', ...(modules[exports.start] ?? [])];
