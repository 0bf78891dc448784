const { isMainThread, Worker } = require('node:worker_threads');

if (isMainThread) {
  new Worker(__filename).on('exit', (code) => (process.exitCode = code));
  module.exports = require('./app.cjs');
} else {
  // Long enough for a port that is in use to be told of.
  setTimeout(() => undefined, 200);
}
