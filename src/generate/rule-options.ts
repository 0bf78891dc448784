import { ConfigurationError, type ConfigurationProblem } from '../errors.ts';
import { DURATION_FORM, type Duration, formatDuration, parseDuration } from '../time/duration.ts';
import { BASE_MILLIS } from './pace.ts';

/** How metrics reach the backend: scraped, or sent by OTLP. */
export type Pipeline = 'prometheus' | 'otlp';

/** Every {@link Pipeline}. */
export const PIPELINES: readonly Pipeline[] = ['prometheus', 'otlp'];

/** What rules are made with. */
export interface RuleOptions {
  /** How metrics reach the backend. Default `'prometheus'`. */
  pipeline?: Pipeline;
  /** With fewer bad events than this in its long window no burn alert is raised. 0 or more. Default 5. */
  minBadEvents?: number;
  /** How often alerts are evaluated: 1 s to 1 m, a whole number of times in 5 m. Default `'30s'`. */
  interval?: Duration;
  /** Divides every window and interval, so that alerts can be rehearsed in minutes. 1 to 60. Default 1. */
  speed?: number;
}

/** Options with every default filled in. */
export interface ResolvedRuleOptions {
  readonly pipeline: Pipeline;
  readonly minBadEvents: number;
  readonly intervalMillis: number;
  readonly speed: number;
}

const DEFAULTS = { pipeline: 'prometheus', minBadEvents: 5, interval: '30s', speed: 1 } as const;

/**
 * Fills in the defaults.
 * @throws ConfigurationError listing everything that is wrong.
 */
export function resolveRuleOptions(options: RuleOptions): ResolvedRuleOptions {
  const {
    pipeline = DEFAULTS.pipeline,
    minBadEvents = DEFAULTS.minBadEvents,
    interval = DEFAULTS.interval,
    speed = DEFAULTS.speed,
  } = options;
  const intervalMillis = parseDuration(interval) ?? 0;
  const problems: ConfigurationProblem[] = [];
  const check = (path: keyof RuleOptions, value: unknown, valid: boolean, allowed: string): void => {
    if (!valid) problems.push({ path, value, allowed });
  };
  check('pipeline', pipeline, PIPELINES.includes(pipeline), `one of ${PIPELINES.join(', ')}`);
  check(
    'minBadEvents',
    minBadEvents,
    Number.isSafeInteger(minBadEvents) && minBadEvents >= 0,
    'a whole number of 0 or more',
  );
  check(
    'interval',
    interval,
    intervalMillis >= 1_000 && intervalMillis <= 60_000 && BASE_MILLIS % intervalMillis === 0,
    `1s to 1m, a whole number of times in ${formatDuration(BASE_MILLIS)} (${DURATION_FORM})`,
  );
  check('speed', speed, speed >= 1 && speed <= 60, 'a number of 1 to 60');
  if (problems.length > 0) throw new ConfigurationError(problems);
  return { pipeline, minBadEvents, intervalMillis, speed };
}
