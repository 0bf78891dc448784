/** Shows over and over what is at the endpoint of the package. */
const { request } = require('node:http');
const { BasicTracerProvider, TracerProvider = BasicTracerProvider } = require(process.env.SHOP_TRACES);
const { ROOT_CONTEXT, SpanKind, trace } = require('@opentelemetry/api');

trace.setGlobalTracerProvider(new TracerProvider());
trace.getTracer('shop').startSpan('POST /orders', { kind: SpanKind.SERVER }, ROOT_CONTEXT).end();
setInterval(() => {
  const ask = request(process.env.SHOP_SCRAPES, { agent: false }, (response) =>
    response.pipe(process.stdout, { end: false }),
  );
  ask.on('error', () => undefined).end();
}, 100);
