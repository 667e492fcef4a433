// The part that measures streams: what they cost whoever writes, how soon a reader sees a write, how fast they
// are read.
import { itemBytes, itemCount, shardIterator } from './data.mjs';
import { servers } from './servers.mjs';
import { byLoad, byWrk, connections } from './throughput.mjs';

const ids = ['durable', 'ephemeral'];

export const putWithStream = {
  name: (id) => `PutItem, ${id}`,
  without: 'without a stream',
  with: 'with a stream',
};

const puts = (id) => ({
  name: putWithStream.name(id),
  contenders: [
    byLoad(id, ['put', '--table', 'unstreamed'], { name: putWithStream.without }),
    byLoad(id, ['put', '--table', 'streamed'], { name: putWithStream.with, table: 'streamed' }),
  ],
});

/** Writes, one after another, for so long, and polls meanwhile; gives how long each took to be seen. */
async function delays(call, seconds) {
  let next = await shardIterator(call, 'followed', 'LATEST');
  const sent = new Map();
  const seen = [];
  let isWriting = true;
  const poll = async () => {
    while (isWriting || seen.length < sent.size) {
      const page = JSON.parse(await call('GetRecords', { ShardIterator: next }));
      const now = performance.now();
      for (const { dynamodb } of page.Records) seen.push(now - sent.get(dynamodb.Keys.id.S));
      next = page.NextShardIterator;
    }
  };
  const write = async () => {
    const end = performance.now() + seconds * 1000;
    try {
      while (performance.now() < end) {
        const id = `${end}-${sent.size}`;
        sent.set(id, performance.now());
        await call('PutItem', { TableName: 'followed', Item: { id: { S: id } } });
      }
    } finally {
      isWriting = false;
    }
  };
  await Promise.all([poll(), write()]);
  return seen.sort((a, b) => a - b);
}

const delayOf = (id) => ({
  name: servers[id].name,
  server: id,
  table: 'followed',
  takes: (seconds) => seconds,
  async run({ world, seconds }) {
    const found = await delays((...request) => world.call(id, ...request), seconds);
    const at = (share) => found[Math.floor(share * (found.length - 1))];
    return { rate: found.length / seconds, p50_ms: at(0.5), p99_ms: at(0.99) };
  },
});
export const delayName = 'from sending a PutItem to seeing its record';

// Few connections, as pages are large.
const readers = 4;

const readingOf = (id) => {
  const contender = byWrk(id, 'GetRecords', { wrk: { connections: readers } });
  return {
    ...contender,
    async run(context) {
      const run = await contender.run(context);
      const call = (...request) => context.world.call(id, ...request);
      const ShardIterator = await shardIterator(call, 'recorded', 'TRIM_HORIZON');
      const { Records: first } = JSON.parse(await call('GetRecords', { ShardIterator }));
      const records_s = (run.rate * itemCount) / Math.ceil(itemCount / first.length);
      return { ...run, records_s };
    },
  };
};

export const streams = {
  id: 'streams',
  title: 'Streams',
  text: `PutItem by \`jedlik bench\` into two tables of one server, ${itemCount.toLocaleString('en')} items of 1 KB, ${connections} connections: one of them has a
stream of NEW_AND_OLD_IMAGES. Then one writer, and one reader who asks for records again and again. Then GetRecords by
\`wrk -t1 -c${readers}\`, all pages of a stream of ${itemCount.toLocaleString('en')} new items of about ${itemBytes} bytes, in random order.`,
  columns: {
    rate: 'per second',
    records_s: 'records/s',
    cpu_us: 'CPU µs',
    p50_ms: 'p50 ms',
    p99_ms: 'p99 ms',
  },
  warmsUp: true,
  measurements: [
    ...ids.map(puts),
    { name: delayName, contenders: ids.map(delayOf) },
    { name: 'GetRecords, whole pages', contenders: ids.map(readingOf) },
  ],
};
