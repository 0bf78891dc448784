/** Tells at the end which modules of the package have been loaded. */
import { registerHooks } from 'node:module';

const [, folder] = import.meta.resolve('opentelemetry-resilience').match(/^(.*\/)[^/]*$/);
const loaded = [];
registerHooks({
  load(url, context, next) {
    if (url.startsWith(folder)) loaded.push(url.slice(folder.length));
    return next(url, context);
  },
});
process.on('exit', () => console.log(`loaded: ${loaded.join(' ')}`));
