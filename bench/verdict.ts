/** Prints figures beside what they must keep to, and ends the process with 1 where one does not. */
export class Verdict {
  #missed = 0;

  constructor(title: string) {
    console.log(`\n${title}\nNode ${process.version}`);
  }

  figure(name: string, value: number, unit: string): void {
    this.#row(name, value, unit, '');
  }

  /** A figure that must be at most so much. */
  most(name: string, value: number, limit: number, unit: string): void {
    this.#judge(name, value, unit, value <= limit, `at most ${limit} ${unit}`);
  }

  /** A figure that must be at least so much. */
  least(name: string, value: number, limit: number, unit: string): void {
    this.#judge(name, value, unit, value >= limit, `at least ${limit} ${unit}`);
  }

  close(): void {
    if (this.#missed > 0) console.log(`${this.#missed} figure(s) missed`);
    process.exitCode = this.#missed > 0 ? 1 : 0;
  }

  #judge(name: string, value: number, unit: string, kept: boolean, bound: string): void {
    if (!kept) this.#missed++;
    this.#row(name, value, unit, `${kept ? 'kept' : 'MISSED'}: ${bound}`);
  }

  #row(name: string, value: number, unit: string, remark: string): void {
    console.log(`  ${name.padEnd(36)} ${value.toFixed(value < 100 ? 2 : 0).padStart(9)} ${unit.padEnd(4)} ${remark}`);
  }
}
