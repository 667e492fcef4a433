const width = 40;

/** A bar that is redrawn in place on a terminal; elsewhere, a line for every quarter. */
export class Progress {
  #total;
  #what;
  #done = 0;
  #shown = 0;

  constructor(total, what) {
    this.#total = total;
    this.#what = what;
    if (process.stdout.isTTY) this.#draw();
  }

  add(count) {
    this.#done += count;
    const steps = process.stdout.isTTY ? 200 : 4;
    const step = Math.floor((this.#done / this.#total) * steps);
    if (step === this.#shown) return;
    this.#shown = step;
    if (process.stdout.isTTY) this.#draw();
    else console.log(`${this.#text()}`);
  }

  end() {
    if (process.stdout.isTTY) process.stdout.write('\n');
  }

  #draw() {
    const full = Math.round((this.#done / this.#total) * width);
    const bar = '#'.repeat(full) + '.'.repeat(width - full);
    process.stdout.write(`\r[${bar}] ${this.#text()}`);
  }

  #text() {
    const percent = Math.floor((this.#done / this.#total) * 100);
    const [done, total] = [this.#done, this.#total].map((count) => count.toLocaleString('en-US'));
    return `${done} of ${total} ${this.#what} (${percent}%)`;
  }
}
