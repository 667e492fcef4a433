// Runs the measurements of a part: in each round every contender has its turn at a measurement, one directly
// after the other, so that figures of one round can be compared.
//
// A part is { id, title, text, columns, measurements, warmsUp?, rounds? }, a measurement { name, contenders, base?,
// ratioOf? }: the contender that the report sets beside each of the others, and by which figure (rate);
// and a contender { name, server?, table?, rounds?, takes(seconds), run(context) }: `run` gives an object of figures.
// `context`: { server, world, seconds, earlier(contender): its run of this round and measurement }
import { servers } from './servers.mjs';

const warmUpSeconds = 1;

const roundsOf = (part, contender, rounds) =>
  Math.min(rounds, part.rounds ?? contender.rounds ?? rounds);

/** About how many seconds a part takes. */
export function secondsOf(part, { rounds, seconds }) {
  const contenders = part.measurements.flatMap((measurement) => measurement.contenders);
  const ofOne = (contender) =>
    roundsOf(part, contender, rounds) * contender.takes(seconds) +
    (part.warmsUp ? contender.takes(warmUpSeconds) : 0);
  return contenders.reduce((sum, contender) => sum + ofOne(contender), 0);
}

/** Starts and fills what the part needs; gives the contenders that are ready. */
async function prepare(part, world, results) {
  const ready = new Set();
  for (const { contenders } of part.measurements) {
    for (const contender of contenders) {
      const { server, table } = contender;
      try {
        if (server) await world.server(server);
        if (table) await world.fill(server, table);
        ready.add(contender);
      } catch (error) {
        results.fail(servers[server].name, error);
      }
    }
  }
  return ready;
}

export async function runPart(part, { rounds, seconds, world, results, progress }) {
  progress.say(`${part.title}: starting and filling`);
  const ready = await prepare(part, world, results);
  const turn = async (measurement, contender, round, seconds) => {
    if (!ready.has(contender)) return undefined;
    const server = contender.server && (await world.server(contender.server));
    const earlier = (name) => results.run(measurement.name, name, round);
    try {
      return await contender.run({ server, world, seconds, earlier });
    } catch (error) {
      results.fail(`${measurement.name}, ${contender.name}`, error);
      progress.say(`${measurement.name}, ${contender.name}: ${error.message}`);
      return undefined;
    }
  };
  for (let round = part.warmsUp ? -1 : 0; round < (part.rounds ?? rounds); ++round) {
    for (const measurement of part.measurements) {
      for (const contender of measurement.contenders) {
        if (round >= roundsOf(part, contender, rounds)) continue;
        const length = round < 0 ? warmUpSeconds : seconds;
        const run = await turn(measurement, contender, round, length);
        if (round >= 0) results.add(measurement.name, contender.name, round, run);
        progress.done(contender.takes(length), round, measurement.name, contender.name, run, part);
      }
    }
  }
}
