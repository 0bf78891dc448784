import { configurationKeys } from './config-tables.ts';
import { configurationError } from './configuration-error.ts';
import { metricsExcerpt } from './metrics-excerpt.ts';
import { bulkheadMetricsOverview, metricsOverview, metricsReference, timeoutMetricsOverview } from './metric-tables.ts';
import {
  bulkheadCallOptions,
  bulkheadOptions,
  calendarFields,
  guardOptions,
  objectiveFields,
  objectiveTargets,
  optionsReference,
  registryOptions,
  timeoutOptions,
} from './option-tables.ts';

/** What can stand between `<!-- generated: NAME -->` and `<!-- end: NAME -->`, read from the sources. */
export const sourceParts: Readonly<Record<string, () => string>> = {
  'metrics overview': metricsOverview,
  'bulkhead metrics': bulkheadMetricsOverview,
  'bulkhead options': bulkheadOptions,
  'bulkhead call options': bulkheadCallOptions,
  'guard options': guardOptions,
  'registry options': registryOptions,
  'timeout metrics': timeoutMetricsOverview,
  'timeout options': timeoutOptions,
  'metrics reference': metricsReference,
  'options reference': optionsReference,
  'objective fields': objectiveFields,
  'calendar fields': calendarFields,
  'objective targets': objectiveTargets,
  'configuration error': configurationError,
  'configuration keys': configurationKeys,
};

/** The same, with what has to be run to be known. */
export const allParts: Readonly<Record<string, () => string>> = { ...sourceParts, 'metrics excerpt': metricsExcerpt };

const PART = /<!-- generated: ([^>]+?) -->\n[^]*?<!-- end: ([^>]+?) -->/g;

/** The names of the parts in a document, in order. */
export function partNames(text: string): string[] {
  return [...text.matchAll(PART)].map(([, name = '']) => name);
}

/**
 * The document with its parts made anew; those that `parts` does not know stay as they are.
 *
 * @throws Error when a part ends under another name than it began.
 */
export function withParts(text: string, parts: Readonly<Record<string, () => string>>): string {
  return text.replaceAll(PART, (old, name: string, end: string) => {
    if (name !== end) throw new Error(`"generated: ${name}" ends as "${end}"`);
    const make = parts[name];
    return make === undefined ? old : `<!-- generated: ${name} -->\n\n${make()}\n\n<!-- end: ${name} -->`;
  });
}
