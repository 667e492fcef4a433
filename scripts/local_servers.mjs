// Servers of the DynamoDB API that a script starts on this machine: each on a free port, all gone when
// the script ends.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect, createServer } from 'node:net';

export async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  await once(server, 'close');
  return port;
}

const children = [];
process.on('exit', () => children.forEach((child) => child.kill('SIGKILL')));
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => process.exit(1));

/** Starts a server and resolves with its process as soon as it takes connections. */
export async function startServer(command, args, port, options = {}) {
  const child = spawn(command, args, { stdio: ['ignore', 'ignore', 'inherit'], ...options });
  children.push(child);
  let failure;
  child.once('error', (error) => (failure = error));
  for (let serves = false; !serves;) {
    if (failure) throw failure;
    if (child.exitCode !== null) throw new Error(`${command} left with code ${child.exitCode}`);
    const socket = connect(port, '127.0.0.1');
    serves = await new Promise((resolve) =>
      socket.on('connect', () => resolve(true)).on('error', () => resolve(false)),
    );
    socket.destroy();
  }
  return child;
}

const streamsOperations = ['DescribeStream', 'GetRecords', 'GetShardIterator', 'ListStreams'];

/** What the x-amz-target header says. */
export const targetOf = (operation) =>
  `${streamsOperations.includes(operation) ? 'DynamoDBStreams' : 'DynamoDB'}_20120810.${operation}`;

/** Calls an operation with a signature that nobody checks; gives the status and the text. */
export async function callOperation(port, operation, request, options = {}) {
  const answer = await fetch(`http://127.0.0.1:${port}/`, {
    method: 'POST',
    headers: {
      'content-type': 'application/x-amz-json-1.0',
      'x-amz-target': targetOf(operation),
      'x-amz-date': '20260101T000000Z',
      authorization:
        'AWS4-HMAC-SHA256 Credential=any/20260101/us-east-1/dynamodb/aws4_request, ' +
        'SignedHeaders=host, Signature=0',
    },
    body: JSON.stringify(request),
    ...options,
  });
  return { status: answer.status, text: await answer.text() };
}
