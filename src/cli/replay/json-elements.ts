/** How many characters one element may have: a trace, or what a resource sent at once. */
const LONGEST_ELEMENT: number = 64 * 1024 * 1024;

/** A text that is no JSON, or that holds more in one piece than can be read. */
export class UnreadableJsonError extends Error {}

const [QUOTE, BACKSLASH, OPEN, CLOSE, OPEN_ARRAY, CLOSE_ARRAY] = [0x22, 0x5c, 0x7b, 0x7d, 0x5b, 0x5d];
/** Enough to see which key an array stands under. */
const LONGEST_KEY = 200;

/**
 * Cuts JSON texts, however many follow each other, into the objects that lie in the arrays under certain keys, and parses
 * one at a time: however long the text is, memory holds one of them. Everything around them is passed over.
 */
export class JsonElements {
  readonly #keys: ReadonlySet<string>;
  #depth = 0;
  #inString = false;
  #escaped = false;
  /** The depth of the array whose objects are the elements; 0 outside of one. */
  #arrayDepth = 0;
  /** What has come of the present element; outside of elements, the latest of what lies between them. */
  #held = '';
  #isInElement = false;

  constructor(keys: readonly string[]) {
    this.#keys = new Set(keys);
  }

  /** The elements that end in this piece of the text, with what each stood under. @throws UnreadableJsonError */
  *push(piece: string): Generator<unknown, void> {
    let from = 0;
    for (let at = 0; at < piece.length; at++) {
      const code = piece.charCodeAt(at);
      if (this.#inString) this.#readString(code);
      else if (code === QUOTE) this.#inString = true;
      else if (code === OPEN || code === OPEN_ARRAY) {
        if (!this.#isInElement) {
          const before = this.#held + piece.slice(Math.max(from, at - LONGEST_KEY), at);
          if (code === OPEN && this.#arrayDepth > 0 && this.#depth === this.#arrayDepth) {
            [this.#isInElement, this.#held, from] = [true, '', at];
          } else if (code === OPEN_ARRAY && this.#arrayDepth === 0 && this.#keys.has(keyBefore(before)))
            this.#arrayDepth = this.#depth + 1;
        }
        this.#depth++;
      } else if (code === CLOSE || code === CLOSE_ARRAY) {
        if (--this.#depth < 0) throw new UnreadableJsonError('a bracket is closed that was not opened');
        if (this.#isInElement && this.#depth === this.#arrayDepth) {
          yield parse(this.#held + piece.slice(from, at + 1));
          [this.#isInElement, this.#held, from] = [false, '', at + 1];
        } else if (this.#depth < this.#arrayDepth) this.#arrayDepth = 0;
      }
    }
    this.#hold(piece, from);
  }

  /** Says that the text is over. @throws UnreadableJsonError where it ends in the middle of something. */
  end(): void {
    if (this.#depth > 0 || this.#inString) throw new UnreadableJsonError('it ends in the middle of a JSON text');
  }

  #readString(code: number): void {
    if (this.#escaped) this.#escaped = false;
    else if (code === BACKSLASH) this.#escaped = true;
    else if (code === QUOTE) this.#inString = false;
  }

  #hold(piece: string, from: number): void {
    if (this.#isInElement) this.#held += piece.slice(from);
    else this.#held = (this.#held + piece.slice(Math.max(from, piece.length - LONGEST_KEY))).slice(-LONGEST_KEY);
    if (this.#held.length > LONGEST_ELEMENT)
      throw new UnreadableJsonError(`one trace or batch is longer than ${LONGEST_ELEMENT / 2 ** 20} Mi characters`);
  }
}

/** The key that a value stands under which begins after this text. */
function keyBefore(text: string): string {
  return /"([^"\\]*)"\s*:\s*$/.exec(text)?.[1] ?? '';
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new UnreadableJsonError(`it is no JSON: ${error instanceof Error ? error.message : String(error)}`);
  }
}
