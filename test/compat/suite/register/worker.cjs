const { isMainThread, Worker } = require('node:worker_threads');

if (isMainThread) {
  new Worker(__filename).on('exit', (code) => (process.exitCode = code));
  module.exports = require('./app.cjs');
}
