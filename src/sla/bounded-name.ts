/** Names longer than this are cut unless told otherwise, so that what is kept has a bound. */
const LONGEST_NAME = 256;

/**
 * The one copy of a name that is kept: bounded in length, free of any longer string it was cut from, and internalised by
 * the engine, as property keys are, so that looking it up compares a pointer where it otherwise compares characters.
 */
export function boundedName(name: string, longest: number = LONGEST_NAME): string {
  const short = name.length > longest ? `${name.slice(0, longest - 1)}…` : name;
  return Object.keys({ [short]: 0 })[0] ?? short;
}
