/** As if the application had not installed the package: nobody but the SDK itself finds it. */
import { registerHooks } from 'node:module';

registerHooks({
  resolve(specifier, context, next) {
    const isSdk = /[\\/]@opentelemetry[\\/]/.test(context.parentURL ?? '');
    if (specifier === '@opentelemetry/exporter-prometheus' && !isSdk) throw new Error(`there is no ${specifier}`);
    return next(specifier, context);
  },
});
