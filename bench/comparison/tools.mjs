// The programs that measure, each run once: wrk, `jedlik bench`, db_bench, redis-benchmark. What they find
// comes back as an object of figures: `rate` in operations a second, latencies in ms.
import { execFile } from 'node:child_process';
import {
  closeSync,
  existsSync,
  fdatasyncSync,
  openSync,
  readFileSync,
  rmSync,
  writeSync,
} from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { targetOf } from '../../scripts/local_servers.mjs';
import { jedlik, root, work } from './places.mjs';
import { summary } from './statistics.mjs';

const execute = promisify(execFile);

async function outputOf(program, args, seconds, env = {}) {
  const { stdout } = await execute(program, args, {
    timeout: (seconds + 120) * 1000,
    maxBuffer: 2 ** 26,
    env: { ...process.env, ...env },
  }).catch((error) => {
    if (error.code === 'ENOENT') throw new Error(`\`${program}\` is not installed.`);
    throw new Error((error.stderr || error.message).trim().split('\n').at(-1));
  });
  return stdout;
}

/** What a process has used of the processors, in microseconds: fields 14 and 15 of proc(5)'s stat. */
function cpuMicroseconds(pid) {
  const stat = `/proc/${pid}/stat`;
  if (!existsSync(stat)) throw new Error('the server has ended');
  const afterName = readFileSync(stat, 'utf8').split(') ').at(-1).split(' ');
  const ticksPerSecond = 100;
  return ((Number(afterName[11]) + Number(afterName[12])) / ticksPerSecond) * 1e6;
}

export function residentMib(pid) {
  const [, kib] = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'));
  return Number(kib) / 1024;
}

/** wrk with one thread; the bodies of `operation` are the lines of a file. */
export async function wrk({ port, pid }, { operation, bodies, connections, seconds }) {
  const before = cpuMicroseconds(pid);
  const begin = performance.now();
  const output = await outputOf(
    'wrk',
    [
      ...['-t1', `-c${connections}`, `-d${seconds}s`, '--timeout', '30s'],
      ...['-s', path.join(root, 'bench/requests.lua'), `http://127.0.0.1:${port}`],
    ],
    seconds,
    { BENCH_TARGET: targetOf(operation), BENCH_BODIES: bodies },
  );
  const cpu = cpuMicroseconds(pid) - before;
  const result = JSON.parse(output.trim().split('\n').at(-1));
  if (result.errors > 0) throw new Error(`${result.errors} requests failed`);
  return {
    rate: result.rate,
    cpu_us: cpu / (result.rate * seconds),
    cores: cpu / 1000 / (performance.now() - begin),
    p50_ms: result.median_us / 1000,
    p99_ms: result.p99_us / 1000,
  };
}

// `jedlik bench` may have ten million items to fill in first.
const fillPatience = 3600;

/** `jedlik bench`, closed loop unless `flags` has a rate. */
export async function jedlikBench({ port }, flags, seconds, warmUp = 1) {
  const output = await outputOf(
    jedlik,
    [
      ...['bench', ...flags, '--endpoint', `http://127.0.0.1:${port}`, '--no-sign'],
      ...['--warmup', `${warmUp}`, '--duration', `${seconds}`, '--json', '-'],
    ],
    seconds + fillPatience,
  );
  const { all, errors, never_begun } = JSON.parse(output);
  if (errors.length > 0) throw new Error(errors[0].first_message || errors[0].type);
  const { p50, p99 } = all.latency_ms;
  return { rate: all.per_second, p50_ms: p50, p99_ms: p99, never_begun };
}

const dbBenchFolder = path.join(work, 'db_bench');

async function dbBench(flags, seconds) {
  try {
    return await outputOf('db_bench', [`--db=${dbBenchFolder}`, ...flags], seconds);
  } finally {
    rmSync(dbBenchFolder, { recursive: true, force: true });
  }
}

export const syncedFillFlags = (writers, { items, valueBytes, seconds }) => [
  ...['--benchmarks=fillrandom', '--sync=1', `--threads=${writers}`],
  ...[`--value_size=${valueBytes}`, `--num=${items}`, `--duration=${seconds}`],
];

export async function syncedFill(writers, settings) {
  const output = await dbBench(syncedFillFlags(writers, settings), settings.seconds);
  return { rate: Number(/^fillrandom .* (\d+) ops\/sec/m.exec(output)[1]) };
}

/** Twenty reads of all in order, after two that warm up; all from the block cache. */
export const readInOrderFlags = ({ items, valueBytes }) => [
  ...['--benchmarks=fillseq,flush,readseq[X22-W2]', '--threads=1'],
  ...[`--value_size=${valueBytes}`, `--num=${items}`, `--cache_size=${256 * 2 ** 20}`],
];

export async function readInOrder(settings) {
  const output = await dbBench(readInOrderFlags(settings), 10);
  const [, rate, mib] = /^readseq \[MEDIAN .*\] : (\d+) ops\/sec; +([\d.]+) MB\/sec/m.exec(output);
  return { rate: Number(rate), mib_s: Number(mib) };
}

/** GET or SET of 500 bytes, of 10,000 keys. */
export async function redisBenchmark({ port, pid }, command, connections, seconds) {
  const guessedRate = 100_000;
  const before = cpuMicroseconds(pid);
  const output = await outputOf(
    'redis-benchmark',
    [
      ...['-p', `${port}`, '-t', command, '-c', `${connections}`, '-d', '500', '-r', '10000'],
      ...['-n', `${guessedRate * seconds}`, '--csv'],
    ],
    seconds,
  );
  const [head, row] = output
    .trim()
    .split('\n')
    .map((line) => line.replaceAll('"', '').split(','));
  const figure = (name) => Number(row[head.indexOf(name)]);
  return {
    rate: figure('rps'),
    cpu_us: (cpuMicroseconds(pid) - before) / (guessedRate * seconds),
    p50_ms: figure('p50_latency_ms'),
    p99_ms: figure('p99_latency_ms'),
  };
}

/** Times of one fdatasync after 4 KiB were appended to a file. */
export function fdatasync(times) {
  const file = path.join(work, 'fdatasync');
  const block = Buffer.alloc(4096, 'x');
  const descriptor = openSync(file, 'w');
  try {
    const all = Array.from({ length: times }, () => {
      writeSync(descriptor, block);
      const begin = performance.now();
      fdatasyncSync(descriptor);
      return performance.now() - begin;
    });
    const { median } = summary(all);
    const p99 = all.toSorted((a, b) => a - b)[Math.floor(times * 0.99)];
    return { rate: 1000 / median, p50_ms: median, p99_ms: p99 };
  } finally {
    closeSync(descriptor);
    rmSync(file);
  }
}
