import { toJsonSchema } from '@valibot/to-json-schema';
import { configSchema } from '../src/config/schema.ts';

/** The JSON Schema of a configuration file, for editors. What it cannot say, such as rules between fields, it leaves out. */
export function jsonSchema(): Readonly<Record<string, unknown>> {
  const { $schema, ...schema } = toJsonSchema(configSchema('file'), {
    typeMode: 'input',
    ignoreActions: ['check', 'finite'],
  });
  return {
    $schema,
    title: 'opentelemetry-resilience',
    description: 'Service level objectives, bulkheads and timeouts.',
    ...schema,
  };
}
