// The servers that are compared: how each is started, and ended.
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { connect } from 'node:net';
import path from 'node:path';
import { freePort, startServer } from '../../scripts/local_servers.mjs';
import { jedlik, peers, work } from './places.mjs';

const isOnPath = (program) =>
  process.env.PATH.split(':').some((folder) => existsSync(path.join(folder, program)));

const { devDependencies: versions } = JSON.parse(
  readFileSync(new URL('package.json', import.meta.url), 'utf8'),
);

const jedlikCommand = (data, threads, more) => (port) => [
  jedlik,
  ...['serve', ...data, '--listen', `127.0.0.1:${port}`, '--log-level', 'warning'],
  ...(threads ? ['--threads', `${threads}`] : []),
  ...(more ?? []),
];
const durable = (threads, folder, more) =>
  jedlikCommand(['--data', path.join(work, folder)], threads, more);
const ephemeral = (threads) => jedlikCommand(['--ephemeral'], threads);

/** `command(port)`: the program and its arguments. `isPeer`: another server of the same API. */
export const servers = {
  durable: { name: 'Jedlik, durable (fsync)', command: durable(1, 'one') },
  ephemeral: { name: 'Jedlik, `--ephemeral`', command: ephemeral(1) },
  durableTwo: { name: 'Jedlik, durable, two threads', command: durable(2, 'two') },
  ephemeralTwo: { name: 'Jedlik, `--ephemeral`, two threads', command: ephemeral(2) },
  // As it is without flags: a thread for each core.
  fresh: { name: 'Jedlik', command: durable(undefined, 'fresh') },
  large: { name: 'Jedlik', command: durable(1, 'large', ['--cache-mib', '1024']) },
  dynoxide: {
    name: `Dynoxide ${versions['@dynoxide/linux-x64']}, in memory`,
    isPeer: true,
    command: (port) => [path.join(peers, '@dynoxide/linux-x64/dynoxide'), '--port', `${port}`],
  },
  dynalite: {
    name: `Dynalite ${versions.dynalite}, in memory`,
    isPeer: true,
    command: (port) => [
      ...[process.execPath, path.join(peers, 'dynalite/cli.js'), '--port', `${port}`],
      ...['--createTableMs', '0', '--deleteTableMs', '0', '--updateTableMs', '0'],
    ],
  },
  local: {
    name: 'DynamoDB Local (2020), in memory',
    isPeer: true,
    folder: path.join(peers, 'local-dynamo/aws_dynamodb_local'),
    command: (port) => [
      ...['java', '-Djava.library.path=./DynamoDBLocal_lib', '-jar', 'DynamoDBLocal.jar'],
      ...['-inMemory', '-port', `${port}`],
    ],
  },
  nginx: {
    name: 'nginx, one worker, a constant answer',
    command: (port) => ['/usr/sbin/nginx', '-c', path.join(work, `nginx-${port}.conf`), '-p', work],
  },
  redis: {
    name: 'Redis, nothing kept (GET, SET of 500 bytes)',
    command: (port) => ['redis-server', '--port', `${port}`, '--save', '', '--dir', work],
  },
};

export const peerIds = Object.keys(servers).filter((id) => servers[id].isPeer);

export async function start(id, port) {
  const [program, ...args] = servers[id].command(port);
  if (!program.includes('/') && !isOnPath(program))
    throw new Error(`left out: \`${program}\` is not installed.`);
  const child = await startServer(program, args, port, {
    cwd: servers[id].folder,
    // What Jedlik keeps with --ephemeral is then removed with the rest, also when this is interrupted.
    env: { ...process.env, TMPDIR: work },
    stdio: 'ignore',
  });
  return { id, port, pid: child.pid, child };
}

/** Starts one more of a kind; also gives the milliseconds until it has answered a request. */
export async function startTimed(id, operation = 'ListTables', body = '{}') {
  const port = await freePort();
  const begin = performance.now();
  const server = await start(id, port);
  const socket = await connectionInUse(port, operation, body);
  const start_ms = performance.now() - begin;
  socket.destroy();
  return { ...server, start_ms };
}

export async function stop({ child }) {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill();
  await once(child, 'exit');
}

const rawRequest = (operation, body) =>
  `POST / HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-amz-json-1.0\r\n` +
  `X-Amz-Target: DynamoDB_20120810.${operation}\r\nX-Amz-Date: 20260101T000000Z\r\n` +
  'Authorization: AWS4-HMAC-SHA256 Credential=any/20260101/us-east-1/dynamodb/aws4_request, ' +
  `SignedHeaders=host;x-amz-date;x-amz-target, Signature=${'0'.repeat(64)}\r\n` +
  `Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;

/** A connection on which one request was answered, and that stays open. */
export async function connectionInUse(port, operation, body) {
  const socket = connect(port, '127.0.0.1');
  await once(socket, 'connect');
  socket.on('error', () => socket.destroy());
  socket.write(rawRequest(operation, body));
  const [answer] = await once(socket, 'data');
  if (!answer.toString('latin1').startsWith('HTTP/1.1 200 ')) throw new Error(answer.toString());
  return socket;
}
