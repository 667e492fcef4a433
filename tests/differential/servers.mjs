// The servers that are compared: Jedlik and its peers, each on a free port, in memory.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const here = path.dirname(fileURLToPath(import.meta.url));
const root = path.resolve(here, '../..');
const modules = path.join(here, 'node_modules');
/** The folder of DynamoDBLocal.jar. */
const local = process.env.DYNAMODB_LOCAL;

/** name: how it is started on a port */
const commands = {
  jedlik: (port) => ({
    program: process.env.JEDLIK_BINARY ?? path.join(root, 'build/release/jedlik'),
    args: ['serve', '--ephemeral', '--listen', `127.0.0.1:${port}`, '--log-level', 'off'],
  }),
  dynoxide: (port) => ({
    program: path.join(modules, '@dynoxide/linux-x64/dynoxide'),
    args: ['--port', `${port}`],
  }),
  dynalite: (port) => ({
    program: process.execPath,
    args: [
      path.join(modules, 'dynalite/cli.js'),
      ...['--port', `${port}`, '--createTableMs', '0', '--deleteTableMs', '0'],
    ],
  }),
  'dynamodb-local': (port) => ({
    program: 'java',
    args: [
      ...['-Djava.library.path=./DynamoDBLocal_lib', '-jar', 'DynamoDBLocal.jar'],
      ...['-inMemory', '-port', `${port}`],
    ],
    cwd: local,
  }),
};

export const peerNames = Object.keys(commands).filter((name) => name !== 'jedlik');

async function freePort() {
  const server = net.createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  await new Promise((closed) => server.close(closed));
  return port;
}

async function accepts(port) {
  const socket = net.connect(port, '127.0.0.1');
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}

const authorization =
  'AWS4-HMAC-SHA256 Credential=any/20260101/us-east-1/dynamodb/aws4_request, ' +
  'SignedHeaders=host, Signature=0';

/** One call; the answer's body is parsed where it is JSON. */
async function call(endpoint, operation, request) {
  const answer = await fetch(endpoint, {
    method: 'POST',
    headers: {
      'Content-Type': 'application/x-amz-json-1.0',
      'X-Amz-Target': `DynamoDB_20120810.${operation}`,
      'X-Amz-Date': '20260101T000000Z',
      Authorization: authorization,
    },
    body: JSON.stringify(request),
    signal: AbortSignal.timeout(20_000),
  });
  const text = await answer.text();
  try {
    return { status: answer.status, body: JSON.parse(text) };
  } catch {
    return { status: answer.status, body: text };
  }
}

/** A server that answers. Its `call` gives { status, body }. */
export async function startServer(name) {
  const port = await freePort();
  const { program, args, cwd } = commands[name](port);
  if (program.startsWith('/') && !existsSync(program)) throw new Error(`${program} is not there`);
  const child = spawn(program, args, { cwd, stdio: 'ignore' });
  let failure;
  child.once('error', (error) => (failure = error));
  child.once('exit', (code) => (failure ??= new Error(`${name} has left with code ${code}`)));
  const endpoint = `http://127.0.0.1:${port}`;
  while (!(await accepts(port))) {
    if (failure) throw failure;
    await new Promise((soon) => setImmediate(soon));
  }
  return {
    name,
    call: (operation, request) => call(endpoint, operation, request),
    isRunning: () => failure === undefined,
    stop: () => child.kill(),
  };
}
