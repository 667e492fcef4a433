// All parts of a comparison, in the order in which they run: first what measures memory and the disk, while
// nothing else has been started.
import { curve, latency } from './latency.mjs';
import { processes } from './processes.mjs';
import { streams } from './streams.mjs';
import { durablePut, itself, query, requests, scan, ycsb } from './throughput.mjs';

export const allParts = [
  ...[processes, durablePut, latency, itself],
  ...[requests, ycsb, query, scan, streams, curve],
];
