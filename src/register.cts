/**
 * The same for `node --require opentelemetry-resilience/register app.js`, and for `require` on the first line of a
 * CommonJS application. Needs a Node.js that can require modules, 22.12 or later.
 */
if (process.env['OTEL_RESILIENCE_DISABLED']?.trim().toLowerCase() !== 'true') {
  try {
    require('./register/register-sync.js').registerSync(process.env);
  } catch (error) {
    process.stderr.write(
      'opentelemetry-resilience: switched off, and the application runs on without it. Use --import instead of ' +
        `--require; it serves CommonJS applications too. ${String(error)}\n`,
    );
  }
}
