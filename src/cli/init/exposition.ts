/** One sample of an exposition. */
export interface Sample {
  readonly name: string;
  readonly labels: ReadonlyMap<string, string>;
  readonly value: number;
}

const LABEL = /\s*(?:([a-zA-Z_][\w.]*|"(?:[^"\\]|\\.)*")\s*=\s*)?"((?:[^"\\]|\\.)*)"\s*(,|\})/y;

/** The samples in a text of Prometheus or OpenMetrics; lines that are none are skipped. */
export function samplesIn(text: string): Sample[] {
  return text.split('\n').flatMap((line) => {
    const sample = line.startsWith('#') ? undefined : sampleOf(line);
    return sample === undefined ? [] : [sample];
  });
}

function sampleOf(line: string): Sample | undefined {
  const [start = ''] = /^[a-zA-Z_:][\w:]*/.exec(line) ?? [];
  const labels = new Map<string, string>();
  let [name, position] = [start, start.length];
  if (line[position] === '{') {
    position++;
    while (line[position] !== '}') {
      LABEL.lastIndex = position;
      const [whole, key, value = '', end] = LABEL.exec(line) ?? [];
      if (whole === undefined) return undefined;
      // Where names may have any character, the metric's own stands among the labels, with no key.
      if (key === undefined) name = unescaped(value);
      else labels.set(unescaped(key.replaceAll(/^"|"$/g, '')), unescaped(value));
      position += whole.length;
      if (end === '}') break;
    }
    if (line[position] === '}') position++;
  }
  const [, digits] = /^\s+(\S+)/.exec(line.slice(position)) ?? [];
  const value = digits === '+Inf' ? Infinity : Number(digits);
  return name === '' || digits === undefined || Number.isNaN(value) ? undefined : { name, labels, value };
}

function unescaped(text: string): string {
  return text.replaceAll(/\\(.)/g, (_, character: string) => (character === 'n' ? '\n' : character));
}
