// The servers that are compared: Jedlik and its peers, each on a free port, in memory.
import { once } from 'node:events';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { callOperation, freePort, startServer } from '../../scripts/local_servers.mjs';

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
      ...['--updateTableMs', '0'],
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

/**
 * A case as it can be put to a peer; nothing where it cannot be. dynalite makes and deletes no index of a
 * table that is there, and ends at an IN or a BETWEEN with an attribute that is not there. DynamoDB Local
 * is of the time before strings and binary values could be empty: there are some in every second case, so
 * it gets others instead.
 */
export function caseFor(name, test) {
  if (name === 'dynamodb-local') return withoutEmpty(test);
  if (name !== 'dynalite') return test;
  const updates = test.request.GlobalSecondaryIndexUpdates ?? [];
  const text = test.request.ConditionExpression ?? test.request.FilterExpression ?? '';
  const asksForPath = / IN \(| BETWEEN (?!:)| BETWEEN :\w+ AND (?!:)/.test(text);
  return updates.some(({ Create, Delete }) => Create || Delete) || asksForPath ? undefined : test;
}

function withoutEmpty(value) {
  if (Array.isArray(value)) return value.map(withoutEmpty);
  if (value === null || typeof value !== 'object') return value;
  const others = { S: 'z', SS: 'z', B: 'eg==' };
  const entries = Object.entries(value).map(([name, member]) => {
    if (member === '' && name in others) return [name, others[name]];
    if (name === 'SS' && Array.isArray(member))
      return [name, member.map((each) => each || others.SS)];
    return [name, withoutEmpty(member)];
  });
  return Object.fromEntries(entries);
}

export const peerNames = Object.keys(commands).filter((name) => name !== 'jedlik');

function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** A server that answers. Its `call` gives { status, body }. */
export async function startPeer(name) {
  const port = await freePort();
  const { program, args, cwd } = commands[name](port);
  const child = await startServer(program, args, port, { cwd, stdio: 'ignore' });
  const ended = once(child, 'exit');
  return {
    async call(operation, request) {
      const patience = { signal: AbortSignal.timeout(20_000) };
      const { status, text } = await callOperation(port, operation, request, patience);
      return { status, body: parsed(text) };
    },
    ended,
    isRunning: () => child.exitCode === null && child.signalCode === null,
    stop: () => child.kill(),
  };
}
