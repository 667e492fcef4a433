// The part that measures starts and memory, each with a server of its own.
import { rmSync } from 'node:fs';
import path from 'node:path';
import { callOperation } from '../../scripts/local_servers.mjs';
import { itemOf, requests, table } from '../request_mix.mjs';
import { work } from './places.mjs';
import { connectionInUse, peerIds, servers, startTimed, stop } from './servers.mjs';
import { residentMib } from './tools.mjs';

const connectionCount = 10_000;
const atOnce = 100;

/** Starts one, on an empty folder, for as long as `use(server)` takes. */
async function withFresh(id, use) {
  rmSync(path.join(work, 'fresh'), { recursive: true, force: true });
  const server = await startTimed(id);
  try {
    return await use(server);
  } finally {
    await stop(server);
  }
}

const startAndIdle = (id) => ({
  name: servers[id].name,
  takes: () => (id === 'local' ? 3 : 0.5),
  run: () => withFresh(id, async ({ pid, start_ms }) => ({ start_ms, rss_mib: residentMib(pid) })),
});

async function idleConnections({ port, pid }) {
  await callOperation(port, 'CreateTable', table);
  await callOperation(port, 'PutItem', { TableName: 'bench', Item: itemOf(1) });
  const body = JSON.stringify(requests.GetItem(1));
  const before = residentMib(pid);
  const sockets = [];
  try {
    while (sockets.length < connectionCount) {
      const more = Array.from({ length: atOnce }, () => connectionInUse(port, 'GetItem', body));
      sockets.push(...(await Promise.all(more)));
    }
    const rss_mib = residentMib(pid);
    return { rss_mib, more_mib: rss_mib - before };
  } finally {
    for (const socket of sockets) socket.destroy();
  }
}

export const startName = 'start, and idle';
export const connectionsName = '10,000 idle connections';

export const processes = {
  id: 'processes',
  title: 'Start and memory',
  text: `From the start of the process, without data, to the answer of a first request; then its resident memory. Jedlik is
started without flags but for its folder and address. Then the same with 10,000 connections, on each of which one GetItem was
answered.`,
  columns: { start_ms: 'start ms', rss_mib: 'resident MiB', more_mib: 'MiB more' },
  measurements: [
    { name: startName, contenders: ['fresh', ...peerIds].map(startAndIdle) },
    {
      name: connectionsName,
      contenders: [
        {
          name: servers.fresh.name,
          takes: () => 2,
          run: () => withFresh('fresh', idleConnections),
        },
      ],
    },
  ],
};
