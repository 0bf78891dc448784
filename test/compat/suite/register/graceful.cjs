/** Sells, then waits to be told to stop, as servers do. */
const http = require('node:http');
const { ROOT_CONTEXT, SpanKind, trace } = require('@opentelemetry/api');

const server = http.createServer().listen(0, '127.0.0.1', () => {
  const attributes = { 'http.request.method': 'POST', 'http.route': '/orders' };
  trace.getTracer('shop').startSpan('POST /orders', { kind: SpanKind.SERVER, attributes }, ROOT_CONTEXT).end();
  console.log('waiting');
});
process.on('SIGTERM', () => server.close());
