import { formatDuration } from '../../time/duration.ts';
import { count, percent } from '../../status/figures.ts';
import type { Seen, SeenPeer, SeenService } from './seen.ts';

/** So many of each are proposed; a file that nobody can read helps nobody. */
const MOST = 50;
const TARGETS = [0.999, 0.995, 0.99, 0.95, 0.9];
/** Under so many requests, what was kept until now says little. */
const ENOUGH = 100;

const HEAD = `# yaml-language-server: $schema=./node_modules/opentelemetry-resilience/schema/resilience.schema.json
#
# What this process promises, and what guards the calls it makes.
# Check it:  npx opentelemetry-resilience validate
# All keys:  node_modules/opentelemetry-resilience/docs/configuration.md
`;

const TAIL = `
# Read this file again when it changes: objectives and guards are swapped, nothing counted is lost.
# watch: true
`;

/** A commented configuration for what was seen; for anybody where nothing was. */
export function proposal({ services, peers }: Seen, source: string | undefined): string {
  const from =
    source === undefined
      ? ''
      : `#\n# Proposed from what ${source} showed; the targets are only what was kept until then.\n`;
  const objectives = services.length === 0 ? ANYBODY : limited(services.map(objectivesOf), 'services');
  const guards = peers.length === 0 ? NO_GUARDS : `guards:\n${limited(peers.map(guardOf), 'peers')}`;
  return `${HEAD}${from}
sla:
  objectives:
${objectives}
  # Requests that nobody waits for, by operation, service or both.
  ignore:
    - { operation: "GET /health*" }
  # Keep what was counted over a restart: one file a process.
  # state: { file: ./sla-state.json }
  # Objectives that stand in OpenSLO files.
  # openslo: [ "./slo/*.yaml" ]

# What is put around the calls to others. The first rule that matches a call counts.
${guards}${TAIL}`;
}

const ANYBODY = `    # Of the requests that this process serves 99.9 % succeed, over 30 days.
    - { name: availability, kind: [server, consumer], metric: availability, target: 0.999, window: 30d }
    # 95 % of them take 300 ms at most.
    - { name: response time, kind: [server, consumer], metric: response_time, target: 300ms, percentile: 0.95 }
    # One operation may have limits of its own.
    # - { operation: "POST /orders", metric: response_time, target: 1s, percentile: 0.99 }`;

const NO_GUARDS = `guards:
  # At most 20 calls at once to a peer, 50 more wait for 200 ms; a timeout that follows how long its answers take.
  # - match: { service: inventory }
  #   bulkhead: { maxConcurrent: 20, maxQueue: 50, queueTimeout: 200ms }
  #   timeout: adaptive
  # A fixed timeout for all that pg asks.
  # - match: { client: pg }
  #   timeout: 2s
`;

function objectivesOf({ name, requests, failures, within }: SeenService): string {
  const share = requests === 0 ? 1 : 1 - failures / requests;
  const isKnown = requests >= ENOUGH;
  const target = isKnown ? (TARGETS.find((each) => each <= share) ?? 0.9) : 0.999;
  const bound = isKnown
    ? [...within].toSorted(([a], [b]) => a - b).find(([, fast]) => fast >= 0.95 * requests)
    : undefined;
  const limit = bound === undefined ? '300ms' : formatDuration(Math.max(1, Math.round(bound[0] * 1_000)));
  const scope = name === undefined ? 'kind: [server, consumer]' : `service: ${text(name)}`;
  return [
    `    # ${comment(name ?? 'This process')}: ${count(requests)} requests, ${percent(share)} succeeded${bound === undefined ? '' : `, 95 % within ${limit}`}.`,
    `    - { ${scope}, metric: availability, target: ${target}, window: 30d }`,
    `    - { ${scope}, metric: response_time, target: ${limit}, percentile: 0.95 }`,
  ].join('\n');
}

function guardOf({ name, client, calls }: SeenPeer): string {
  const match = client === undefined ? `service: ${text(name)}` : `service: ${text(name)}, client: ${client}`;
  return [
    `  # ${comment(name)}: ${count(calls)} calls.`,
    `  - match: { ${match} }`,
    '    bulkhead: { maxConcurrent: 20, maxQueue: 50, queueTimeout: 200ms }',
    '    timeout: adaptive',
  ].join('\n');
}

function limited(parts: readonly string[], what: string): string {
  const rest = parts.length - MOST;
  const more = rest > 0 ? `\n    # ... and ${rest} ${what} more.` : '';
  return `${parts.slice(0, MOST).join('\n')}${more}${what === 'peers' ? '\n' : ''}`;
}

/** As YAML has it, also where it would be read as something else; a dollar is none of a reference. */
function text(name: string): string {
  const isPlain = /^[a-z][\w./-]*$/i.test(name) && !/^(true|false|null|yes|no|on|off|y|n)$/i.test(name);
  return isPlain ? name : JSON.stringify(name).replaceAll('$', '$$$$');
}

function comment(name: string): string {
  return name.replaceAll(/[\p{Cc}\p{Zl}\p{Zp}]/gu, ' ');
}
