/**
 * The application of these tests, of what it has loaded as an ECMAScript or a CommonJS module. Three orders are spans of
 * its own, the first as early as it can be; three requests over HTTP are spans only where something instruments them.
 */
const events = require('node:events');
const { setTimeout: sleep } = require('node:timers/promises');

exports.shopOf = ({ http, ...sdk }) => {
  /** Asked for before there is an SDK, as libraries do. */
  const tracer = sdk.trace.getTracer('shop');

  function order(status) {
    const attributes = { 'http.request.method': 'POST', 'http.route': '/orders', 'http.response.status_code': status };
    tracer.startSpan('POST /orders', { kind: sdk.SpanKind.SERVER, attributes }, sdk.ROOT_CONTEXT).end();
  }

  async function get(url) {
    const [response] = await events.once(http.get(url, { agent: new http.Agent({ keepAlive: false }) }), 'response');
    const chunks = [];
    for await (const chunk of response) chunks.push(chunk);
    return Buffer.concat(chunks).toString();
  }

  async function serve() {
    const server = http.createServer((request, response) => {
      response.statusCode = request.url === '/broken' ? 500 : 200;
      response.end();
    });
    await events.once(server.listen(0, '127.0.0.1'), 'listening');
    for (const path of ['/', '/broken', '/']) await get(`http://127.0.0.1:${server.address().port}${path}`);
    server.close();
  }

  /** Starts the SDK as told, sells, and ends the SDK, where it was started here. */
  return async function trade(start) {
    if (start === 'later') await sleep(20);
    const begun = start === undefined ? undefined : starts[start](sdk);
    order(200);
    order(500);
    order(200);
    await serve();
    // What the last of these addresses answers is shown.
    let answer;
    for (const url of process.env.SHOP_SCRAPES?.split(' ') ?? []) answer = await get(url).catch(String);
    if (answer !== undefined) console.log(answer);
    await begun?.();
  };
};

const starts = {
  nodeSdk: (sdk) => ended(new sdk.NodeSDK()),
  later: (sdk) => ended(new sdk.NodeSDK()),
  /** Everything by hand, nothing from the environment. */
  nodeSdkByHand: (sdk) =>
    ended(
      new sdk.NodeSDK({
        serviceName: 'shop',
        spanProcessors: [batching(sdk)],
        metricReaders: [reading(sdk)],
        sampler: new sdk.AlwaysOnSampler(),
      }),
    ),
  /** What OTEL_CONFIG_FILE describes. */
  configFile: (sdk) => {
    const { shutdown } = sdk.startNodeSDK();
    return shutdown;
  },
  bare: (sdk) => {
    const tracers = tracersOf(sdk);
    sdk.trace.setGlobalTracerProvider(tracers);
    const meters = new sdk.MeterProvider({ readers: [reading(sdk)] });
    sdk.metrics.setGlobalMeterProvider(meters);
    return async () => {
      await tracers.shutdown();
      await meters.shutdown();
    };
  },
  /** Through another copy of the API, of another version. */
  otherApi: (sdk) => {
    const tracers = tracersOf(sdk);
    const meters = new sdk.MeterProvider({ readers: [reading(sdk)] });
    sdk.other.trace.setGlobalTracerProvider(tracers);
    sdk.other.metrics.setGlobalMeterProvider(meters);
    const attributes = { 'http.request.method': 'POST', 'http.route': '/orders' };
    tracers.getTracer('shop').startSpan('POST /orders', { kind: sdk.SpanKind.SERVER, attributes }).end();
    return async () => {
      await tracers.shutdown();
      await meters.shutdown();
    };
  },
  /** An SDK of somebody else. */
  foreign: (sdk) =>
    void sdk.trace.setGlobalTracerProvider(
      new (class Foreign {
        getTracer = () => new sdk.ProxyTracerProvider().getTracer('none');
      })(),
    ),
  /** The package by hand, as an instrumentation. */
  instrumentation: (sdk) => {
    const resilience = sdk.createResilience({
      sla: { objectives: [{ name: 'availability', metric: 'availability', target: 0.999 }] },
    });
    return ended(new sdk.NodeSDK({ instrumentations: [resilience.instrumentation] }));
  },
};

function ended(node) {
  node.start();
  return () => node.shutdown();
}

function tracersOf(sdk) {
  const Provider = sdk.TracerProvider ?? sdk.BasicTracerProvider;
  return new Provider({
    resource: sdk.resourceFromAttributes({ 'service.name': 'shop' }),
    spanProcessors: [batching(sdk)],
  });
}

function batching(sdk) {
  const exporter = new sdk.OTLPTraceExporter();
  return new sdk.BatchSpanProcessor(sdk.BasicTracerProvider ? exporter : { exporter });
}

function reading(sdk) {
  return new sdk.PeriodicExportingMetricReader({
    exporter: new sdk.OTLPMetricExporter(),
    exportIntervalMillis: 86_400_000,
  });
}
