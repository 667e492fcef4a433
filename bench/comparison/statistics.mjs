// Figures of several rounds. A round that has no figure (the run failed) is undefined in its place, so that
// what belongs together stays together.

const isFigure = (value) => Number.isFinite(value);

/** { median, least, most } of the rounds that have a figure; undefined where none has. */
export function summary(rounds) {
  const sorted = rounds.filter(isFigure).toSorted((a, b) => a - b);
  if (sorted.length === 0) return undefined;
  const middle = (sorted.length - 1) / 2;
  return {
    median: (sorted[Math.floor(middle)] + sorted[Math.ceil(middle)]) / 2,
    least: sorted[0],
    most: sorted.at(-1),
  };
}

/** One figure over the other of the same round. */
export const ratios = (over, under) => over.map((value, round) => value / under[round]);

/** The greatest of each round. */
export function greatest(series) {
  const rounds = Math.max(0, ...series.map((figures) => figures.length));
  return Array.from({ length: rounds }, (_, round) => {
    const figures = series.map((each) => each[round]).filter(isFigure);
    return figures.length > 0 ? Math.max(...figures) : undefined;
  });
}

/** What is kept of all runs: measurement, contender and round lead to an object of figures. */
export class Results {
  #runs = new Map();
  #failures = new Map();

  add(measurement, contender, round, run) {
    const key = `${measurement}\n${contender}`;
    if (!this.#runs.has(key)) this.#runs.set(key, []);
    this.#runs.get(key)[round] = run;
  }

  /** The first of each kind is kept. */
  fail(what, error) {
    if (!this.#failures.has(what)) this.#failures.set(what, error.message.trim().split('\n')[0]);
  }

  get failures() {
    return [...this.#failures].map(([what, message]) => `${what}: ${message}`);
  }

  /** The run of a round, or undefined. */
  run(measurement, contender, round) {
    return this.#runs.get(`${measurement}\n${contender}`)?.[round];
  }

  /** One figure of each round. */
  figures(measurement, contender, name) {
    const runs = this.#runs.get(`${measurement}\n${contender}`) ?? [];
    return Array.from(runs, (run) => run?.[name]);
  }
}
