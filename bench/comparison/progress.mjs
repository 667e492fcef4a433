// What is told while the comparison runs.
export class Progress {
  #total;
  #done = 0;

  /** `total`: about how many seconds all measurements take. */
  constructor(total) {
    this.#total = total;
    const minutes = Math.ceil(total / 60);
    this.say(`This takes about ${minutes} min, and as long as the tables take to fill.`);
  }

  say(text) {
    process.stderr.write(`${text}\n`);
  }

  /** A measurement that was to take so many seconds is over; without a run, it has failed. */
  done(seconds, round, measurement, contender, run, { columns }) {
    this.#done += seconds;
    const percent = Math.round((100 * this.#done) / this.#total);
    const left = Math.ceil((this.#total - this.#done) / 60);
    const when = round < 0 ? 'warm-up' : `round ${round + 1}`;
    const [key, title] = Object.entries(columns).find(([name]) => run?.[name] !== undefined) ?? [];
    const result = key ? `${Math.round(run[key]).toLocaleString('en')} ${title}` : 'failed';
    this.say(`${percent}%, ${left} min left: ${when}, ${measurement}, ${contender}: ${result}`);
  }
}
