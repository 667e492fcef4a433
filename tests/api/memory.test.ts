// Clients that do not keep their side of the bargain cost the server little memory.
import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { callAt, signedHeaders } from './support/call.ts';
import { killLeftovers, makeFolder, removeFolder, Server } from './support/server.ts';
import { tableRequest } from './support/service.ts';
import { RawConnection } from './support/socket.ts';

let folder: string;
let server: Server;
beforeAll(async () => {
  folder = await makeFolder();
  server = await Server.start({ folder });
});
afterAll(async () => {
  await server.stop();
  killLeftovers();
  await removeFolder(folder);
});

async function residentMiB(): Promise<number> {
  const status = await readFile(`/proc/${server.pid}/status`, 'utf8');
  return Number(status.match(/VmRSS:\s+(\d+) kB/)![1]) / 1024;
}

function request(operation: string, body: string, length = Buffer.byteLength(body)): string {
  const headers = { Host: 'x', ...signedHeaders(operation), 'Content-Length': String(length) };
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  return `POST / HTTP/1.1\r\n${lines.join('')}\r\n${body}`;
}

/** Serves others until its memory is as wanted. */
async function untilResident(wanted: (mib: number) => boolean): Promise<void> {
  while (!wanted(await residentMiB())) {
    expect((await callAt(server.endpoint, 'ListTables')).status).toBe(200);
  }
}

/** What the server's memory grows by while `count` connections do something. */
async function growth(count: number, act: (connection: RawConnection) => void): Promise<number> {
  const before = await residentMiB();
  const connections = await Promise.all(
    Array.from({ length: count }, () => RawConnection.open(server.endpoint)),
  );
  connections.forEach(act);
  // Whatever the server does for them, it goes on serving others meanwhile.
  for (let round = 0; round < 300; ++round) {
    expect((await callAt(server.endpoint, 'ListTables')).status).toBe(200);
  }
  const after = await residentMiB();
  connections.forEach((connection) => connection.destroy());
  return after - before;
}

test('announcing large bodies costs nothing', async () => {
  const grown = await growth(200, (connection) =>
    connection.write(request('ListTables', '{', 16 * 1024 * 1024)),
  );
  expect(grown).toBeLessThan(32);
});

test('what a flood of half requests took is given back', async () => {
  const before = await residentMiB();
  const connections = await Promise.all(
    Array.from({ length: 400 }, () => RawConnection.open(server.endpoint)),
  );
  // 100 MB in blocks that malloc keeps, between others that stay in use.
  const half = request('ListTables', ' '.repeat(400_000), 500_000);
  connections.forEach((connection) => connection.write(half));
  await untilResident((mib) => mib - before > 100);
  connections.forEach((connection) => connection.destroy());
  await untilResident((mib) => mib - before < 32);
});

test('asking for many large answers and reading none costs little', async () => {
  await callAt(server.endpoint, 'CreateTable', tableRequest('large', 'id:S'));
  const item = { id: { S: 'x' }, text: { S: 'x'.repeat(400_000) } };
  let status;
  do {
    ({ status } = await callAt(server.endpoint, 'PutItem', { TableName: 'large', Item: item }));
  } while (status !== 200);
  const ask = request('GetItem', '{"TableName":"large","Key":{"id":{"S":"x"}}}');
  // Each would be sent 200 MB.
  const grown = await growth(20, (connection) => {
    connection.socket.pause();
    connection.write(ask.repeat(500));
  });
  expect(grown).toBeLessThan(128);
});
