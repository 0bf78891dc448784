import { glob, isGlob } from '../sla/glob.ts';
import { formatDuration } from '../time/duration.ts';

/** What one label of a series has to be, or must not be: a text, followed by what fits a pattern with `*` and `?`. */
export interface Matcher {
  readonly label: string;
  readonly isLike: boolean;
  readonly text: string;
  /** Empty: nothing follows. */
  readonly pattern: string;
}

/** What one label of a series has to fit: one of several patterns at least. */
export interface Choice {
  readonly label: string;
  readonly patterns: readonly string[];
}

/** A matcher for one value, exactly. */
export function exactly(label: string, text: string): Matcher {
  return { label, isLike: true, text, pattern: '' };
}

/** Whether a label may have the value. */
export function admits({ isLike, text, pattern }: Matcher, value: string): boolean {
  return (value.startsWith(text) && glob(pattern)(value.slice(text.length))) === isLike;
}

/** Series by name and labels: `name{label="value"}`. A matcher that everything fits is left out. */
export function selector(name: string, ...matchers: readonly (Matcher | Choice)[]): string {
  const texts = matchers.map((each) => ('patterns' in each ? choiceText(each) : matcherText(each))).filter(Boolean);
  return texts.length === 0 ? name : `${name}{${texts.join(',')}}`;
}

function choiceText({ label, patterns }: Choice): string {
  const [first = '*', ...others] = patterns;
  if (patterns.includes('*') || others.length === 0)
    return matcherText({ label, isLike: true, text: '', pattern: others.length === 0 ? first : '*' });
  return `${label}=~${quoted(patterns.map(globExpression).join('|'))}`;
}

function matcherText({ label, isLike, text, pattern }: Matcher): string {
  if (isLike && text === '' && pattern === '*') return '';
  if (!isGlob(pattern)) return `${label}${isLike ? '=' : '!='}${quoted(text + pattern)}`;
  return `${label}${isLike ? '=~' : '!~'}${quoted(literalExpression(text) + globExpression(pattern))}`;
}

/** A string of PromQL. JSON's escapes are among Go's. Half a character is replaced, as it is on its way to the backend. */
export function quoted(text: string): string {
  return JSON.stringify(text.replaceAll(/\p{Surrogate}/gu, '\uFFFD'));
}

/** The RE2 expression for a pattern; Prometheus anchors it at both ends. */
export function globExpression(pattern: string): string {
  return literalExpression(pattern)
    .replaceAll(String.raw`\*`, '.*')
    .replaceAll(String.raw`\?`, '.');
}

/** The RE2 expression for a text. */
function literalExpression(text: string): string {
  return text.replaceAll(/[\\.+*?^$|()[\]{}]/g, String.raw`\$&`);
}

/** A length of time as PromQL and rule files write it, such as `30m`; at least a millisecond. */
export function promDuration(millis: number): string {
  return formatDuration(Math.max(1, Math.round(millis)));
}

/** A number without the noise of binary fractions. */
export function decimal(value: number): string {
  return String(Number(value.toPrecision(12)));
}
