// Where Jedlik must stand: what is compared of each round, and what is demanded of the median.
import * as large from './large.mjs';
import { half, latency } from './latency.mjs';
import { connectionsName, processes, startName } from './processes.mjs';
import { peerIds, servers } from './servers.mjs';
import { greatest, ratios, summary } from './statistics.mjs';
import { delayName, putWithStream, streams } from './streams.mjs';
import {
  durablePut,
  durablePutName,
  itself,
  query,
  queryNames,
  requests,
  scan,
  workloads,
  writerCounts,
  ycsb,
} from './throughput.mjs';

const nameOf = (id) => servers[id].name;

/** `measured(results)`: a figure of each round, which `by` compares with `limit`. */
const goal = (part, what, by, limit, measured, unit = '') => ({
  ...{ part: part.id, what, by, limit, measured, unit },
});
const atLeast = (part, what, limit, measured) => goal(part, what, 'at least', limit, measured);
const atMost = (part, what, limit, measured) => goal(part, what, 'at most', limit, measured);
const under = (part, what, limit, unit, measured) =>
  goal(part, what, 'under', limit, measured, unit);

/** The ratio of one figure of two contenders. */
const beside = (measurement, over, below, figure = 'rate') => {
  return (results) =>
    ratios(results.figures(measurement, over, figure), results.figures(measurement, below, figure));
};

const besideFastestPeer =
  (measurement, figure = 'rate') =>
  (results) =>
    ratios(
      results.figures(measurement, nameOf('ephemeral'), figure),
      greatest(peerIds.map((id) => results.figures(measurement, nameOf(id), figure))),
    );

const getItem = (what, limit, other, by = atLeast, figure = 'rate') =>
  ['durable', 'ephemeral'].map((id) =>
    by(requests, `${what}, ${id}`, limit, beside('GetItem', nameOf(id), nameOf(other), figure)),
  );

const syncedFills = writerCounts.flatMap((writers) =>
  ['durable', 'durableTwo'].map((id) =>
    atLeast(
      durablePut,
      `PutItem/s, durable, ${writers} writers, ${id === 'durable' ? 'one thread' : 'two threads'}, to db_bench's synced fill`,
      0.8,
      beside(durablePutName(writers), nameOf(id), 'db_bench fillrandom --sync=1'),
    ),
  ),
);

const scanName = scan.measurements[0].name;

export const goals = [
  ...getItem("GetItem/s to nginx's constant answer", 0.75, 'nginx'),
  ...getItem('GetItem/s to Dynoxide', 4, 'dynoxide'),
  ...getItem("processor time of a GetItem to nginx's", 2.5, 'nginx', atMost, 'cpu_us'),
  ...syncedFills,
  atLeast(requests, 'PutItem/s, ephemeral, to the fastest peer', 4, besideFastestPeer('PutItem')),
  ...Object.values(workloads).map((name) =>
    atLeast(
      ycsb,
      `${name.split(':')[0]}, ephemeral, to the fastest peer`,
      3,
      besideFastestPeer(name),
    ),
  ),
  ...queryNames.map((name) =>
    atLeast(query, `${name}, to the fastest peer`, 5, besideFastestPeer(name)),
  ),
  atLeast(
    scan,
    'Scan from cache, bytes/s to the fastest peer',
    5,
    besideFastestPeer(scanName, 'mib_s'),
  ),
  atLeast(
    scan,
    'Scan from cache, bytes/s to db_bench readseq',
    0.25,
    beside(scanName, nameOf('ephemeral'), 'db_bench readseq (entries)', 'mib_s'),
  ),
  ...['durable', 'ephemeral'].map((id) =>
    atLeast(
      itself,
      `conditional UpdateItem/s to PutItem/s, ${id}`,
      0.7,
      beside(`conditional UpdateItem, ${id}`, 'UpdateItem', 'PutItem'),
    ),
  ),
  atMost(
    latency,
    "p99 of GetItem at half of the highest rate, to nginx's at the same rate",
    3,
    beside(half.getItem, half.jedlik, half.nginx, 'p99_ms'),
  ),
  atMost(
    latency,
    'p99 of durable PutItem at half of the highest rate, to one fdatasync',
    5,
    (results) =>
      ratios(
        results.figures(half.putItem, half.jedlik, 'p99_ms'),
        results.figures(half.putItem, half.sync, 'p50_ms'),
      ),
  ),
  under(processes, 'start to first answer, empty', 50, 'ms', (results) =>
    results.figures(startName, nameOf('fresh'), 'start_ms'),
  ),
  under(processes, 'idle resident memory', 30, 'MiB', (results) =>
    results.figures(startName, nameOf('fresh'), 'rss_mib'),
  ),
  under(processes, '10,000 idle connections more', 100, 'MiB', (results) =>
    results.figures(connectionsName, nameOf('fresh'), 'more_mib'),
  ),
  ...['durable', 'ephemeral'].map((id) =>
    atLeast(
      streams,
      `PutItem/s with a stream to PutItem/s without, ${id}`,
      0.8,
      beside(putWithStream.name(id), putWithStream.with, putWithStream.without),
    ),
  ),
  ...['durable', 'ephemeral'].map((id) =>
    under(streams, `p99 from sending a PutItem to seeing its record, ${id}`, 50, 'ms', (results) =>
      results.figures(delayName, nameOf(id), 'p99_ms'),
    ),
  ),
  ...['durable', 'ephemeral'].map((id) =>
    atLeast(
      itself,
      `one hot item, 64 writers, to uniform keys, ${id}`,
      0.5,
      beside(`one hot item, ${id}`, 'one item', 'uniform keys'),
    ),
  ),
  atLeast(
    itself,
    'two threads to one, Query of 100',
    1.7,
    beside('serving threads, Query of 100', 'two threads', 'one thread'),
  ),
];

export const largeGoals = (items) => [
  atLeast(
    { id: 'uniform' },
    `GetItem/s of ${large.nameOf(items)} to ${large.small}`,
    0.5,
    beside(large.uniformName, large.nameOf(items), large.small),
  ),
  ...[large.afterStop, large.afterCrash].map((name) =>
    under(
      { id: 'restart' },
      `start to first answer with the data, ${name}`,
      1000,
      'ms',
      (results) => results.figures(large.restartName, name, 'start_ms'),
    ),
  ),
];

const isReached = {
  'at least': (a, b) => a >= b,
  'at most': (a, b) => a <= b,
  under: (a, b) => a < b,
};

/** { found: a summary or undefined, reached: 'yes', 'no' or 'not measured' } */
export function judge({ by, limit, measured }, results) {
  const found = summary(measured(results));
  if (!found) return { found, reached: 'not measured' };
  return { found, reached: isReached[by](found.median, limit) ? 'yes' : 'no' };
}
