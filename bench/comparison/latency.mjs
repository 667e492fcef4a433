// The parts that measure latencies at a rate, open loop: from the time that each request was due.
import { itemBytes, itemCount } from './data.mjs';
import { peerIds, servers } from './servers.mjs';
import { fdatasync, jedlikBench } from './tools.mjs';
import { connections } from './throughput.mjs';

const shape = ['--item-bytes', `${itemBytes}`, '--table', `items-of-${itemBytes}`];
const get = ['get', ...shape];
const put = ['put', ...shape];

/** nginx has no table, and answers the same to everything but DescribeTable. */
const endpointOf = (id, server) => (id === 'nginx' ? { port: server.tablePort } : server);
const flagsOf = (id, flags) => (id === 'nginx' ? [...flags, '--no-load'] : flags);

function measure(id, flags, context, rate) {
  const open = rate ? ['--rate', `${Math.max(1, Math.round(rate))}`] : [];
  return jedlikBench(
    endpointOf(id, context.server),
    [...flagsOf(id, flags), ...open],
    context.seconds,
  );
}

const takes = (seconds) => seconds + 1.2;
const highest = 'Jedlik, as fast as it can';
const atHalf = 'Jedlik, at half of that';
export const atSameRate = 'nginx, at the same rate';

const ownAtHalf = (flags) => [
  { name: highest, server: 'durable', takes, run: (context) => measure('durable', flags, context) },
  {
    name: atHalf,
    server: 'durable',
    takes,
    run: (context) => measure('durable', flags, context, context.earlier(highest).rate / 2),
  },
];

export const half = {
  getItem: 'GetItem at half of the highest rate',
  putItem: 'PutItem, durable, at half of the highest rate',
  jedlik: atHalf,
  nginx: atSameRate,
  sync: 'fdatasync of 4 KiB',
};

export const latency = {
  id: 'latency',
  title: 'Latency at half of the highest rate',
  text: `\`jedlik bench\`, ${itemCount.toLocaleString('en')} items of ${itemBytes} bytes, ${connections} connections; first closed loop, then open loop at half of
the rate that this reached, with latencies from the time that each request was due.`,
  columns: { rate: 'per second', p50_ms: 'p50 ms', p99_ms: 'p99 ms' },
  measurements: [
    {
      name: half.getItem,
      contenders: [
        ...ownAtHalf(get),
        {
          name: atSameRate,
          server: 'nginx',
          takes,
          run: (context) => measure('nginx', get, context, context.earlier(highest).rate / 2),
        },
      ],
    },
    {
      name: half.putItem,
      contenders: [
        { name: half.sync, takes: () => 1, run: () => fdatasync(500) },
        ...ownAtHalf(put),
      ],
    },
  ],
};

const fractions = [0.1, 0.3, 0.5, 0.75, 1];

/** { rate: the highest, points: [{ rate, p50_ms, p99_ms }] } */
const curveOf = (id, flags) => ({
  name: servers[id].name,
  server: id,
  takes: (seconds) => (1 + fractions.length) * takes(seconds),
  async run(context) {
    const { rate } = await measure(id, flags, context);
    const points = [];
    for (const fraction of fractions)
      points.push(await measure(id, flags, context, rate * fraction));
    const figures = points.map(({ p50_ms, p99_ms }, n) => [
      [`p50_${n}`, p50_ms],
      [`p99_${n}`, p99_ms],
    ]);
    return { rate, points, ...Object.fromEntries(figures.flat()) };
  },
});

const percent = (fraction) => `${Math.round(fraction * 100)}%`;
const databases = ['durable', 'ephemeral', ...peerIds];

export const curve = {
  id: 'curve',
  title: 'Throughput against latency',
  text: `Open loop at parts of what each server reached in a closed loop; p99 in ms, of one round.

![Latency against throughput of each server](throughput_latency.svg)`,
  rounds: 1,
  columns: {
    rate: 'highest, per second',
    ...Object.fromEntries(fractions.map((fraction, n) => [`p99_${n}`, `at ${percent(fraction)}`])),
  },
  measurements: [
    {
      name: 'GetItem, open loop',
      contenders: [...databases, 'nginx'].map((id) => curveOf(id, get)),
    },
    { name: 'PutItem, open loop', contenders: databases.map((id) => curveOf(id, put)) },
  ],
};
