/** The environment that references are taken from. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** What becomes of a text with references. */
export interface Substituted {
  readonly text: string;
  /** References that are none, such as `${1A}`. */
  readonly invalid: readonly string[];
}

const REFERENCE = /^(?:env:)?([A-Za-z_][A-Za-z0-9_]*)(?::-(.*))?$/s;

/**
 * Puts environment variables in place of `${NAME}`, `${env:NAME}` and `${NAME:-default}`, and `$` in place of `$$`. A
 * variable that is not set, or empty, gives its default, or nothing. What is put in is not searched again.
 * Source: OpenTelemetry specification, configuration/data-model, "Environment variable substitution".
 */
export function substitute(text: string, env: Environment): Substituted {
  const invalid: string[] = [];
  const parts = text.split('$$').map((part) =>
    part.replaceAll(/\$\{([^}]*)\}/g, (whole: string, reference: string) => {
      const [, name, fallback = ''] = REFERENCE.exec(reference) ?? [];
      if (name === undefined) invalid.push(whole);
      else return env[name] || fallback;
      return whole;
    }),
  );
  return { text: parts.join('$'), invalid };
}
