const clearLine = '\x1b[K';
const clearBelow = '\x1b[J';

/** Where the demo shows itself: redrawn in place on a terminal, appended now and then everywhere else. */
export class Screen {
  readonly live: boolean;
  readonly colour: boolean;
  readonly #out: NodeJS.WriteStream;
  readonly #notes: string[] = [];
  #open = false;

  constructor(out: NodeJS.WriteStream) {
    this.#out = out;
    this.live = out.isTTY;
    this.colour = out.isTTY && !process.env.NO_COLOR;
  }

  get refreshMillis(): number {
    return this.live ? 500 : 5_000;
  }

  /** A terminal keeps what was on it: the table is drawn on the alternate screen. */
  draw(text: string): void {
    if (!this.live) {
      this.#out.write(`${text}\n\n`);
      return;
    }
    if (!this.#open) this.#out.write('\x1b[?1049h\x1b[?25l\x1b[?7l');
    this.#open = true;
    const lines = [text, ...this.#notes.slice(-5)].join('\n').split('\n').slice(0, this.#out.rows);
    this.#out.write(`\x1b[H${lines.map((line) => line + clearLine).join('\n')}${clearBelow}`);
  }

  /** A line that must not get lost: on a terminal it stays under the table, and is told again at the end. */
  note(line: string): void {
    if (this.#open) this.#notes.push(line);
    else process.stderr.write(`${line}\n`);
  }

  /** Gives the terminal back as it was. Idempotent. */
  close(): void {
    if (!this.#open) return;
    this.#open = false;
    this.#out.write('\x1b[?7h\x1b[?25h\x1b[?1049l');
    for (const line of this.#notes.splice(0)) process.stderr.write(`${line}\n`);
  }
}
