// Compares Jedlik with other servers; bench/compare builds and fetches what is needed and starts this.
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { goals, largeGoals } from './goals.mjs';
import { largeParts } from './large.mjs';
import { curve } from './latency.mjs';
import { readOptions, usage } from './options.mjs';
import { allParts } from './parts.mjs';
import { root } from './places.mjs';
import { plot } from './plot.mjs';
import { Progress } from './progress.mjs';
import { report } from './report.mjs';
import { runPart, secondsOf } from './run.mjs';
import { Results } from './statistics.mjs';
import { World } from './world.mjs';

const partIds = allParts.map(({ id }) => id);
const largeCount = 10_000_000;

function settingsOf(options) {
  if (options.large) {
    const items = options.items ?? largeCount;
    return {
      title: 'Jedlik with more data than cache',
      command: 'bench/compare --large',
      file: 'results-large.md',
      parts: largeParts(items),
      goals: largeGoals(items),
      isWhole: items === largeCount,
    };
  }
  const parts = allParts.filter(({ id }) => options.only?.includes(id) ?? true);
  return {
    title: 'Jedlik beside others',
    command: 'bench/compare',
    file: 'results.md',
    parts,
    goals: goals.filter(({ part }) => parts.some(({ id }) => id === part)),
    also: `
Goals with 10 GB of data are measured by \`bench/compare --large\`, into \`bench/results-large.md\`.
`,
    isWhole: !options.only,
  };
}

async function main(options) {
  const { file, isWhole, ...settings } = settingsOf(options);
  const { parts } = settings;
  const results = new Results();
  const progress = new Progress(parts.reduce((sum, part) => sum + secondsOf(part, options), 0));
  const world = new World();
  for (const part of parts) await runPart(part, { ...options, world, results, progress });
  await world.endAll();

  const folder = path.join(root, isWhole ? 'bench' : 'build/comparison-results');
  mkdirSync(folder, { recursive: true });
  const text = report({ ...settings, ...options, results });
  writeFileSync(path.join(folder, file), text);
  const picture = plot(curve.measurements, results);
  if (picture) writeFileSync(path.join(folder, 'throughput_latency.svg'), picture);
  console.log(text);
  progress.say(`Written to ${path.relative(root, path.join(folder, file))}`);
}

let options;
try {
  options = readOptions(process.argv.slice(2), partIds);
} catch (error) {
  console.error(`${error.message}\nbench/compare --help tells what there is.`);
  process.exit(2);
}
if (options.help) console.log(usage(partIds));
else await main(options);
process.exit();
