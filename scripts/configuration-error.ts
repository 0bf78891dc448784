import { resolveOptions } from '../src/sla/options.ts';

/** What somebody reads who got everything wrong at once, as a code block. */
export function configurationError(): string {
  try {
    resolveOptions({
      objectives: [
        { name: 'orders', service: 'checkout', metric: 'availability', target: 99.9 },
        { service: 'checkout', metric: 'response_time', target: '300ms', window: '0s' },
        { name: 'orders', service: 'checkout', metric: 'throughput', target: 0 },
      ],
      maxSeries: 0,
    });
  } catch (error) {
    return `\`\`\`text\n${String(error)}\n\`\`\``;
  }
  throw new Error('a wrong configuration was accepted');
}
