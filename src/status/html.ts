/** Markup that is safe to send. Only {@link html} and {@link ours} make it. */
export class Html {
  readonly text: string;

  /** @internal */
  constructor(text: string) {
    this.text = text;
  }
}

type Part = Html | string | number | undefined | readonly Part[];

/** Markup in which every value that is not markup itself is escaped, for text as for quoted attributes. */
export function html(strings: TemplateStringsArray, ...values: readonly Part[]): Html {
  return new Html(strings.map((text, index) => (index === 0 ? text : markup(values[index - 1]) + text)).join(''));
}

/** A text of this package's own, such as a style sheet, which is not escaped: nothing of anybody else's may be in it. */
export function ours(text: string): Html {
  return new Html(text);
}

function markup(value: Part): string {
  if (value === undefined) return '';
  if (value instanceof Html) return value.text;
  if (typeof value === 'object') return value.map(markup).join('');
  return String(value).replace(/[&<>"'`]/g, (character) => `&#${character.charCodeAt(0)};`);
}
