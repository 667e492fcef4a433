// The parts of `bench/compare --large`: data ten times as large as the cache.
import { once } from 'node:events';
import { startTimed, stop } from './servers.mjs';
import { jedlikBench, residentMib } from './tools.mjs';

const warmUp = 5;
const smallCount = 10_000;
const guessedLoadRate = 15_000;
const flagsOf = (workload, items) => [
  ...[workload, '--items', `${items}`, '--table', `items-${items}`],
];

export const nameOf = (items) => `${items.toLocaleString('en')} items`;
export const small = nameOf(smallCount);
export const uniformName = 'GetItem, uniform keys';
export const restartName = 'start to first answer';
export const afterStop = 'after it was stopped';
export const afterCrash = 'after SIGKILL under writes';

// Numbers of items of the tables that are whole.
const filled = new Set();

function demandFilled(items) {
  if (!filled.has(items)) throw new Error('the table could not be filled');
}

const fill = (items) => ({
  name: nameOf(items),
  server: 'large',
  takes: () => items / guessedLoadRate,
  async run({ server }) {
    const begin = performance.now();
    const afterwards = 1;
    const flags = [...flagsOf('get', items), '--connections', '64'];
    await jedlikBench(server, flags, afterwards, 0);
    const seconds = (performance.now() - begin) / 1000 - afterwards;
    filled.add(items);
    return { rate: items / seconds, rss_mib: residentMib(server.pid) };
  },
});

const uniform = (items) => ({
  name: nameOf(items),
  server: 'large',
  takes: (seconds) => seconds + warmUp,
  async run({ server, seconds }) {
    demandFilled(items);
    const flags = [...flagsOf('get', items), '--no-load'];
    const run = await jedlikBench(server, flags, seconds, warmUp);
    return { ...run, rss_mib: residentMib(server.pid) };
  },
});

/** `end(server, seconds)`: how the one that ran before is ended. */
const restart = (name, items, end) => ({
  name,
  server: 'large',
  takes: (seconds) => seconds + 3,
  async run({ world, server, seconds }) {
    demandFilled(items);
    await end(server, seconds);
    await world.end('large');
    const key = JSON.stringify({ TableName: `items-${items}`, Key: { id: { S: 'user1' } } });
    const started = await startTimed('large', 'GetItem', key);
    const rss_mib = residentMib(started.pid);
    await stop(started);
    return { start_ms: started.start_ms, rss_mib };
  },
});

async function crash(items, server, seconds) {
  await jedlikBench(server, [...flagsOf('put', items), '--no-load'], seconds);
  server.child.kill('SIGKILL');
  await once(server.child, 'exit');
}

export const largeParts = (items) => [
  {
    id: 'fill',
    title: 'Filling the tables',
    text: 'BatchWriteItem of 25 items of 1 KB, 64 connections, durable, a cache of 1 GiB; and the resident memory then.',
    rounds: 1,
    columns: { rate: 'items per second', rss_mib: 'resident MiB' },
    measurements: [{ name: 'filling', contenders: [fill(smallCount), fill(items)] }],
  },
  {
    id: 'uniform',
    title: 'GetItem',
    text: `\`jedlik bench get\`, 32 connections, all items equally often, ${warmUp} s of warm-up before each run; both tables on the same server.`,
    columns: { rate: 'per second', p50_ms: 'p50 ms', p99_ms: 'p99 ms', rss_mib: 'resident MiB' },
    measurements: [{ name: uniformName, contenders: [uniform(smallCount), uniform(items)] }],
  },
  {
    id: 'restart',
    title: 'Start with the data',
    text: 'From the start of the process to the answer of a first GetItem, and the resident memory then.',
    columns: { start_ms: 'start ms', rss_mib: 'resident MiB' },
    measurements: [
      {
        name: restartName,
        contenders: [
          restart(afterStop, items, async () => {}),
          restart(afterCrash, items, (...last) => crash(items, ...last)),
        ],
      },
    ],
  },
];
