// YCSB's workloads and single operations, put to each server in turn by `jedlik bench`.
import { execFileSync } from 'node:child_process';
import { median } from './median.mjs';

/** Flags of `jedlik bench`, by what the table calls them. Items have 1 KB where nothing else is said. */
const workloads = {
  'YCSB A: half reads, half updates': ['a'],
  'YCSB B: 5% updates': ['b'],
  'YCSB C: reads': ['c'],
  'YCSB D: reads of new items, 5% new ones': ['d'],
  'YCSB E: scans of 1 to 100, 5% new items': ['e'],
  'YCSB F: half read, half read and updated': ['f'],
  'Query of 100 items of 450 bytes': ['query', '--query-items', '100', '--item-bytes', '450'],
  'conditional UpdateItem': ['conditional-update'],
};

function run(jedlik, port, flags, seconds) {
  const output = execFileSync(
    jedlik,
    [
      ...['bench', ...flags, '--endpoint', `http://127.0.0.1:${port}`, '--no-sign'],
      ...['--warmup', '1', '--duration', `${seconds}`, '--json', '-'],
    ],
    { stdio: ['ignore', 'pipe', 'ignore'] },
  ).toString();
  const { all, errors } = JSON.parse(output);
  if (errors.length > 0) throw new Error(`${flags[0]} on port ${port}: ${errors[0].first_message}`);
  return { rate: all.per_second, p99: all.latency_ms.p99 };
}

/** { workload: { server: [{ rate, p99 }] } }, in rounds in which every server has its turn. */
export function measureWorkloads(jedlik, servers, rounds, seconds) {
  const results = {};
  for (let round = 1; round <= rounds; ++round) {
    for (const [name, flags] of Object.entries(workloads)) {
      results[name] ??= {};
      for (const server of servers) {
        const result = run(jedlik, server.port, flags, seconds);
        (results[name][server.name] ??= []).push(result);
        console.error(`${round}/${rounds} ${name}, ${server.name}: ${Math.round(result.rate)}/s`);
      }
    }
  }
  return results;
}

/** The last column holds `own` against the best of the servers that are not ours. */
export function workloadTable(results, servers, own) {
  const rateOf = (runs) => median(runs.map(({ rate }) => rate));
  const rows = Object.entries(results).map(([name, ofServers]) => {
    const cells = servers.map(({ name: server }) => {
      const p99 = median(ofServers[server].map((result) => result.p99));
      return `${Math.round(rateOf(ofServers[server])).toLocaleString('en')} (${p99.toFixed(1)})`;
    });
    const peers = servers
      .filter(({ isPeer }) => isPeer)
      .map((peer) => rateOf(ofServers[peer.name]));
    const ratio = rateOf(ofServers[own]) / Math.max(...peers);
    return `| ${name} | ${cells.join(' | ')} | ${ratio.toFixed(1)} |`;
  });
  return `| operations/s (p99 in ms) | ${servers.map(({ name }) => name).join(' | ')} | ratio |
| --- |${' ---: |'.repeat(servers.length + 1)}
${rows.join('\n')}
`;
}
