// The parts that measure how much is done in a second, closed loop.
import { itemBytes, itemCount, wrkRequests } from './data.mjs';
import { peerIds, servers } from './servers.mjs';
import {
  jedlikBench,
  readInOrder,
  readInOrderFlags,
  redisBenchmark,
  syncedFill,
  syncedFillFlags,
  wrk,
} from './tools.mjs';

export const connections = 32;
const databases = ['durable', 'ephemeral', ...peerIds];
export const own = servers.ephemeral.name;

/** wrk with a request of data.mjs. */
export function byWrk(server, request, more = {}) {
  const { operation, table } = wrkRequests[request];
  return {
    name: servers[server].name,
    server,
    table,
    takes: (seconds) => seconds + 0.3,
    async run(context) {
      const bodies = await context.world.bodiesFile(server, request);
      const { seconds } = context;
      return wrk(context.server, { operation, bodies, connections, seconds, ...more.wrk });
    },
    ...more.contender,
  };
}

/** `jedlik bench` with these flags. */
export function byLoad(server, flags, more = {}) {
  return {
    name: servers[server].name,
    server,
    takes: (seconds) => seconds + 1.2,
    run: (context) => jedlikBench(context.server, flags, context.seconds),
    ...more,
  };
}

const rateColumns = { rate: 'per second', cpu_us: 'CPU µs', p50_ms: 'p50 ms', p99_ms: 'p99 ms' };
const loadColumns = { rate: 'per second', p50_ms: 'p50 ms', p99_ms: 'p99 ms' };

const nginx = {
  ...byWrk('nginx', 'GetItem'),
  table: undefined,
  run: async ({ world, server, seconds }) => {
    const bodies = await world.bodiesFile('ephemeral', 'GetItem');
    return wrk(server, { operation: 'GetItem', bodies, connections, seconds });
  },
};

const redis = (command) => ({
  name: servers.redis.name,
  server: 'redis',
  takes: (seconds) => seconds + 0.3,
  run: ({ server, seconds }) => redisBenchmark(server, command, connections, seconds),
});

export const requests = {
  id: 'requests',
  title: 'Single requests',
  text: `\`wrk -t1 -c${connections}\`; ${itemCount.toLocaleString('en')} items of about ${itemBytes} bytes, of random keys GetItem with
ConsistentRead, PutItem, and UpdateItem with a condition that holds and two actions. "CPU µs" is the server's
processor time for one request. nginx is the ceiling for any HTTP answer; Redis is asked by \`redis-benchmark -c ${connections} -d 500\`.`,
  columns: rateColumns,
  warmsUp: true,
  measurements: ['GetItem', 'PutItem', 'UpdateItem'].map((request) => ({
    name: request,
    base: own,
    contenders: [
      ...databases.map((id) => byWrk(id, request)),
      ...{ GetItem: [nginx, redis('get')], PutItem: [redis('set')], UpdateItem: [] }[request],
    ],
  })),
};

export const workloads = {
  a: 'YCSB A: half reads, half updates',
  b: 'YCSB B: 5% updates',
  c: 'YCSB C: reads',
  d: 'YCSB D: reads of new items, 5% new ones',
  e: 'YCSB E: scans of 1 to 100, 5% new items',
  f: 'YCSB F: half read, half read and updated',
};

export const ycsb = {
  id: 'ycsb',
  title: 'YCSB',
  text: `\`jedlik bench\`: ${itemCount.toLocaleString('en')} items of 1 KB, ${connections} connections. DynamoDB Local, which is slow, has its turn in the first round only.`,
  columns: loadColumns,
  measurements: Object.entries(workloads).map(([workload, name]) => ({
    name,
    base: own,
    contenders: databases.map((id) =>
      byLoad(id, [workload], id === 'local' ? { rounds: 1 } : undefined),
    ),
  })),
};

export const queryNames = Object.keys(wrkRequests).filter((name) => name.startsWith('Query'));

export const query = {
  id: 'query',
  title: `Query of 100 items of ${itemBytes} bytes`,
  text: `\`wrk -t1 -c${connections}\`. The projection is of four attributes, one of them in a map.`,
  columns: rateColumns,
  warmsUp: true,
  measurements: queryNames.map((request) => ({
    name: request,
    base: own,
    contenders: databases.map((id) => byWrk(id, request)),
  })),
};

// Fewer connections, as the slowest answer a few of these pages in a second.
const scanConnections = 4;

const scanOf = (id) => {
  const contender = byWrk(id, 'Scan', { wrk: { connections: scanConnections } });
  return {
    ...contender,
    async run(context) {
      const run = await contender.run(context);
      const { ScannedCount } = JSON.parse(
        await context.world.call(id, 'Scan', { TableName: 'bench' }),
      );
      const pages = Math.ceil(itemCount / ScannedCount);
      const items = (run.rate * itemCount) / pages;
      return { ...run, mib_s: (items * itemBytes) / 2 ** 20 };
    },
  };
};
export const readseq = { items: itemCount, valueBytes: itemBytes - 16 };

export const scan = {
  id: 'scan',
  title: 'Scan',
  text: `\`wrk -t1 -c${scanConnections}\`, all pages of ${itemCount.toLocaleString('en')} items of about ${itemBytes} bytes, in random order. "MiB/s" is of the
items as they are stored, not of the JSON. Beside it RocksDB alone, one thread:
\`db_bench ${readInOrderFlags(readseq).join(' ')}\`.`,
  columns: { rate: 'per second', mib_s: 'MiB/s', cpu_us: 'CPU µs', p99_ms: 'p99 ms' },
  warmsUp: true,
  measurements: [
    {
      name: 'Scan, a page of 1 MB',
      base: own,
      // Pages of some servers are larger.
      ratioOf: 'mib_s',
      contenders: [
        ...databases.map(scanOf),
        { name: 'db_bench readseq (entries)', takes: () => 1, run: () => readInOrder(readseq) },
      ],
    },
  ],
};

const fillOf = (seconds) => ({ items: itemCount, valueBytes: itemBytes, seconds });
export const writerCounts = [32, 256];
export const durablePutName = (writers) => `PutItem, durable, ${writers} writers`;

export const durablePut = {
  id: 'durable-put',
  title: 'Durable writes',
  text: `\`wrk -t1\` with so many connections, and RocksDB alone with as many threads, on the same disk:
\`db_bench ${syncedFillFlags('N', fillOf('S')).join(' ')}\`. Debian's db_bench is built with assertions.`,
  columns: rateColumns,
  measurements: writerCounts.map((writers) => ({
    name: durablePutName(writers),
    contenders: [
      ...['durable', 'durableTwo'].map((id) =>
        byWrk(id, 'PutItem', { wrk: { connections: writers } }),
      ),
      {
        name: 'db_bench fillrandom --sync=1',
        takes: (seconds) => seconds + 1,
        run: ({ seconds }) => syncedFill(writers, fillOf(seconds)),
      },
    ],
  })),
};

const hotWriters = ['put', '--connections', '64'];
export const itself = {
  id: 'itself',
  title: 'Jedlik beside itself',
  text: `A conditional UpdateItem beside PutItem (wrk, items of about ${itemBytes} bytes); 64 writers that put one item of 1 KB
beside 64 that put any of ${itemCount.toLocaleString('en')} (\`jedlik bench\`); two serving threads beside one, by Query of 100 items, which costs
the generator little. "cores" are those that the server used.`,
  columns: {
    rate: 'per second',
    cpu_us: 'CPU µs',
    cores: 'cores',
    p50_ms: 'p50 ms',
    p99_ms: 'p99 ms',
  },
  warmsUp: true,
  measurements: [
    ...['durable', 'ephemeral'].flatMap((id) => [
      {
        name: `conditional UpdateItem, ${id}`,
        contenders: ['PutItem', 'UpdateItem'].map((request) =>
          byWrk(id, request, { contender: { name: request } }),
        ),
      },
      {
        name: `one hot item, ${id}`,
        contenders: [
          byLoad(id, [...hotWriters, '--table', 'uniform'], { name: 'uniform keys' }),
          byLoad(id, [...hotWriters, '--table', 'hot', '--items', '1'], { name: 'one item' }),
        ],
      },
    ]),
    {
      name: 'serving threads, Query of 100',
      contenders: [
        byWrk('ephemeral', 'Query of 100', { contender: { name: 'one thread' } }),
        byWrk('ephemeralTwo', 'Query of 100', { contender: { name: 'two threads' } }),
      ],
    },
  ],
};
