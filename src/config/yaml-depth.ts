import { ConfigurationError } from '../errors.ts';

/**
 * The parser of YAML calls itself at every level, and at every item of long lists between brackets.
 * @throws ConfigurationError where the stack does not suffice for a file.
 */
export function withinTheStack<T>(parse: () => T, file: string): T {
  try {
    return parse();
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    const allowed = 'YAML or JSON that can be parsed; it is nested too deeply, or has too many items in [ ] or { }';
    throw new ConfigurationError([{ path: 'configuration', value: file, allowed, file }]);
  }
}
