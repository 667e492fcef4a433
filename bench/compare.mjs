// Runs wrk against each server in turn, round after round, and writes the medians to bench/results.md.
// bench/compare builds and fetches what is needed and starts this.
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { callOperation, freePort, startServer } from '../scripts/local_servers.mjs';
import { median } from './median.mjs';
import { fill, requests } from './request_mix.mjs';
import { measureWorkloads, workloadTable } from './workloads.mjs';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');
const work = path.join(root, 'build/bench');
const rounds = Number(process.argv[2] ?? 5);
const seconds = Number(process.argv[3] ?? 5);
const itemCount = 10_000;
const connections = 32;

const bodiesFile = (operation) => path.join(work, `${operation}.txt`);

async function call(port, operation, request) {
  const { status, text } = await callOperation(port, operation, request);
  if (status !== 200) throw new Error(`${operation}: ${status} ${text}`);
  return text;
}

function nginxConfig(port, answer) {
  return `daemon off; master_process off; pid ${work}/nginx.pid; error_log stderr;
events { worker_connections 256; }
http {
  access_log off; keepalive_requests 1000000000;
  client_body_temp_path ${work}/nginx-body; proxy_temp_path ${work}/nginx-proxy;
  fastcgi_temp_path ${work}/nginx-fastcgi; uwsgi_temp_path ${work}/nginx-uwsgi;
  scgi_temp_path ${work}/nginx-scgi;
  server {
    listen 127.0.0.1:${port};
    default_type application/x-amz-json-1.0;
    location / { return 200 '${answer}'; }
  }
}
`;
}

const jedlik = path.join(root, 'build/release/jedlik');
const peers = path.join(root, 'tests/differential/node_modules');
const dynoxide = path.join(peers, '@dynoxide/linux-x64/dynoxide');
const dynalite = path.join(peers, 'dynalite/cli.js');

async function start(program, args, port) {
  const { pid } = await startServer(program, args, port);
  return { port, pid };
}

async function startJedlik(...args) {
  const port = await freePort();
  const listen = ['--listen', `127.0.0.1:${port}`, '--threads', '1', '--log-level', 'warning'];
  return start(jedlik, ['serve', ...listen, ...args], port);
}

/** What a process has used of the processors, in microseconds: fields 14 and 15 of proc(5)'s stat. */
function cpuMicroseconds(pid) {
  const afterName = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1).split(' ');
  const ticksPerSecond = 100;
  return ((Number(afterName[11]) + Number(afterName[12])) / ticksPerSecond) * 1e6;
}

const own = 'Jedlik, one thread, `--ephemeral`';

async function startAll() {
  const folder = path.join(work, 'data');
  rmSync(folder, { recursive: true, force: true });
  const durable = await startJedlik('--data', folder);
  const ephemeral = await startJedlik('--ephemeral');
  const ofDynoxide = await freePort();
  const first = await start(dynoxide, ['--port', String(ofDynoxide)], ofDynoxide);
  const ofDynalite = await freePort();
  const atOnce = ['--createTableMs', '0', '--deleteTableMs', '0', '--updateTableMs', '0'];
  const dynaliteArgs = [dynalite, '--port', String(ofDynalite), ...atOnce];
  const second = await start(process.execPath, dynaliteArgs, ofDynalite);
  for (const { port } of [durable, ephemeral, first, second])
    await fill((...request) => call(port, ...request), itemCount);

  const answer = await call(durable.port, 'GetItem', requests.GetItem(itemCount - 1));
  const constantPort = await freePort();
  const config = path.join(work, 'nginx.conf');
  writeFileSync(config, nginxConfig(constantPort, answer));
  const constant = await start('/usr/sbin/nginx', ['-c', config, '-p', work], constantPort);
  const all = Object.keys(requests);
  return [
    { name: 'Jedlik, one thread, durable (fsync)', ...durable, operations: all },
    { name: own, ...ephemeral, operations: all },
    { name: 'Dynoxide 1.2.1, in memory', ...first, operations: all, isPeer: true },
    { name: 'Dynalite 4, in memory', ...second, operations: all, isPeer: true },
    { name: 'nginx, one worker, a constant answer', ...constant, operations: ['GetItem'] },
  ];
}

function measure({ port, pid }, operation) {
  const before = cpuMicroseconds(pid);
  const output = execFileSync(
    'wrk',
    [
      ...['-t1', `-c${connections}`, `-d${seconds}s`, '-s', path.join(root, 'bench/requests.lua')],
      `http://127.0.0.1:${port}`,
    ],
    { env: { ...process.env, BENCH_OPERATION: operation, BENCH_BODIES: bodiesFile(operation) } },
  ).toString();
  const result = JSON.parse(output.trim().split('\n').at(-1));
  if (result.errors > 0) throw new Error(`${result.errors} errors of ${operation}:\n${output}`);
  return { ...result, cpu_us: (cpuMicroseconds(pid) - before) / (result.rate * seconds) };
}

function table(servers) {
  const cell = (runs) => {
    if (!runs) return ' | | | ';
    const [rate, cpu, p50, p99] = ['rate', 'cpu_us', 'median_us', 'p99_us'].map((key) =>
      median(runs.map((run) => run[key])),
    );
    const ms = (us) => (us / 1000).toFixed(2);
    return `${Math.round(rate).toLocaleString('en')} | ${cpu.toFixed(1)} | ${ms(p50)} | ${ms(p99)}`;
  };
  const rows = servers.map(({ name, runs }) => {
    const cells = Object.keys(requests).map((operation) => cell(runs[operation]));
    return `| ${name} | ${cells.join(' | ')} |`;
  });
  const heads = Object.keys(requests).map(
    (operation) => `${operation}/s | CPU us | median ms | p99 ms`,
  );
  return `| | ${heads.join(' | ')} |
| --- |${' ---: |'.repeat(4 * heads.length)}
${rows.join('\n')}
`;
}

function report(servers, workloads) {
  const [{ model }] = cpus();
  return `# Jedlik beside others

Written by \`bench/compare\`: ${cpus().length} cores (${model}), \`wrk -t1 -c${connections}\` on the same
machine, ${itemCount.toLocaleString('en')} items of about 450 bytes; of random keys GetItem with ConsistentRead, PutItem, and
UpdateItem with a condition that holds and two actions.
Medians of ${rounds} rounds of ${seconds} s; in each round every server has its turn. Absolute figures drift
from run to run: only ratios from one run count. "CPU us" is the server's processor time for one request. nginx is the ceiling for any HTTP answer.

${table(servers)}
Workloads of \`jedlik bench\`: 10,000 items of 1 KB, ${connections} connections, one thread, unsigned; the
last column is Jedlik with \`--ephemeral\` to the fastest of the others.

${workloads}`;
}

mkdirSync(work, { recursive: true });
for (const [operation, body] of Object.entries(requests)) {
  const lines = Array.from({ length: itemCount }, (_, n) => `${JSON.stringify(body(n))}\n`);
  writeFileSync(bodiesFile(operation), lines.join(''));
}
const servers = (await startAll()).map((server) => ({ ...server, runs: {} }));
for (let round = 1; round <= rounds; ++round) {
  for (const operation of Object.keys(requests)) {
    for (const server of servers.filter(({ operations }) => operations.includes(operation))) {
      const result = measure(server, operation);
      (server.runs[operation] ??= []).push(result);
      console.error(`${round}/${rounds} ${operation} ${server.name}: ${Math.round(result.rate)}/s`);
    }
  }
}
const databases = servers.filter(({ operations }) => operations.length > 1);
const measured = measureWorkloads(jedlik, databases, rounds, seconds);
const text = report(servers, workloadTable(measured, databases, own));
writeFileSync(path.join(root, 'bench/results.md'), text);
console.log(text);
process.exit(0);
