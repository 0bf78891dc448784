/** What a `ResilienceConfig` may be: the one source of its checks, of its JSON Schema and of its documentation. */
import * as v from 'valibot';
import { closedObject } from './schema/closed-object.ts';
import { guardSchema } from './schema/guard-schema.ts';
import { optional, required, wholeNumber, yesOrNo } from './schema/scalars.ts';
import { type Origin, slaSchema } from './schema/sla-schema.ts';

const port = (): v.GenericSchema => wholeNumber(0, 65_535);
const host = (): v.GenericSchema => v.pipe(v.string('a host name'), v.minLength(1, 'a host name'));

const metrics = closedObject('an object, such as { prometheus: {} }', {
  prometheus: optional(
    closedObject('an object; {} for the defaults', {
      port: optional(port(), 'Default 9464.'),
      host: optional(host(), "Default `'localhost'`."),
    }),
    'A Prometheus endpoint, for processes whose SDK has no metric reader. Needs `@opentelemetry/exporter-prometheus` and `@opentelemetry/sdk-metrics`.',
  ),
});

const failures = closedObject('an object; {} for the defaults', {
  enabled: optional(yesOrNo(), 'Whether failures are analysed.'),
});

const status = closedObject('an object with a port', {
  port: required(port(), '0 to 65535; 0 takes a free one.'),
  host: optional(host(), "Default `'localhost'`: only this machine can see it."),
});

/** The schema of a `ResilienceConfig`, as it may stand in a file or in code. */
export function configSchema(origin: Origin): v.GenericSchema {
  const forEditors = optional(v.string('the address of a JSON Schema'), 'The JSON Schema of this file, for editors.');
  const onlyInFiles: v.ObjectEntries = origin === 'file' ? { $schema: forEditors } : {};
  return closedObject('an object with any of sla, guards, metrics, failures, status, watch', {
    ...onlyInFiles,
    sla: optional(
      slaSchema(origin),
      'What is promised, and how spans are read. Default: nothing is promised; requests are counted all the same.',
    ),
    guards: optional(
      v.array(guardSchema(origin), 'an array of rules, each with a match'),
      'What is put around the calls of clients. The first rule that matches a call counts. Default: nothing.',
    ),
    metrics: optional(
      metrics,
      'Endpoints of our own for metrics. Default: none, metrics leave through the readers that the SDK has.',
    ),
    failures: optional(failures, 'Failure analysis. Accepted; this version has none yet, and says so.'),
    status: optional(status, 'Where the status page is served. Default: nowhere.'),
    watch: optional(
      yesOrNo(),
      'Whether the file is read again when it changes: objectives and guards are swapped, and nothing counted is lost. Files only. Default `false`.',
    ),
  });
}
