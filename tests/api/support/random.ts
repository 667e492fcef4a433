// A small seeded generator (mulberry32): a random test prints its seed and can be given it again.
export class Random {
  constructor(private state: number) {}

  /** A fraction, at least 0 and less than 1. */
  next(): number {
    this.state = (this.state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.state ^ (this.state >>> 15), 1 | this.state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  }

  /** A whole number from `low` to `high`, both included. */
  between(low: number, high: number): number {
    return low + Math.floor(this.next() * (high - low + 1));
  }

  /** Mostly small, sometimes up to `high`: every order of magnitude is as likely as the next. */
  skewed(high: number): number {
    return Math.floor(Math.exp(this.next() * Math.log(high + 1)));
  }

  chance(probability: number): boolean {
    return this.next() < probability;
  }

  pick<T>(choices: readonly T[]): T {
    return choices[this.between(0, choices.length - 1)];
  }

  text(length: number): string {
    let made = '';
    while (made.length < length) made += this.next().toString(36).slice(2);
    return made.slice(0, length);
  }
}
