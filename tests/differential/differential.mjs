// Sends the same random requests to Jedlik and to a peer, and shows where their answers differ:
//
//   node tests/differential/differential.mjs [--requests N] [--seed N] [--peers a,b] [--show N]
//
// `npm ci` in this folder fetches the peers dynoxide and dynalite. A third, dynamodb-local, needs Java
// and the folder of DynamoDBLocal.jar in the environment variable DYNAMODB_LOCAL.
// Ends with code 1 when a difference is found that known_differences.mjs does not explain.
import { parseArgs } from 'node:util';
import { differenceOf } from './compare.mjs';
import { Generator, key, table } from './generate.mjs';
import { Random } from './random.mjs';
import { peerNames, startPeer } from './servers.mjs';
import { shrink } from './shrink.mjs';

const { values: options } = parseArgs({
  options: {
    requests: { type: 'string', default: '2000' },
    seed: { type: 'string', default: `${Math.floor(Math.random() * 2 ** 31)}` },
    peers: { type: 'string', default: 'dynoxide,dynalite' },
    show: { type: 'string', default: '10' },
    help: { type: 'boolean', default: false },
  },
});

async function makeTable(server) {
  await server.call('CreateTable', table);
  for (;;) {
    const { body } = await server.call('DescribeTable', { TableName: table.TableName });
    if (body.Table?.TableStatus === 'ACTIVE') return;
  }
}

/** How one case goes on a server: its answer, and the item after it. */
async function run(server, { before, operation, request }) {
  const place = { TableName: table.TableName };
  if (before) await server.call('PutItem', { ...place, Item: before });
  else await server.call('DeleteItem', { ...place, Key: key });
  const answer = await server.call(operation, request);
  const after = await server.call('GetItem', { ...place, Key: key, ConsistentRead: true });
  return { answer, after };
}

/** A peer that is started again when a request has ended it. */
class Peer {
  #server;

  constructor(name) {
    this.name = name;
  }

  async run(test) {
    if (!this.#server?.isRunning()) {
      this.#server = await startPeer(this.name);
      await makeTable(this.#server);
    }
    return run(this.#server, test);
  }

  stop() {
    this.#server?.stop();
  }
}

async function compareOnce(ours, peer, test) {
  const answer = await run(ours, test);
  let other;
  try {
    other = await peer.run(test);
  } catch (error) {
    return { reason: `${peer.name} does not answer: ${error.message}` };
  }
  return differenceOf(peer.name, test, answer, other);
}

/** Two differences are of one kind when they read alike but for what is quoted or counted. */
const kindOf = ({ ours, theirs }) =>
  [ours, theirs].map((text) => text.replace(/\d+|:\w+|\{.*|\[.*?\]/g, '')).join(' | ');

async function comparePeer(ours, name, count, seed) {
  const peer = new Peer(name);
  const generator = new Generator(new Random(seed));
  const reasons = new Map();
  const kinds = new Map();
  for (let i = 0; i < count; ++i) {
    const test = generator.next();
    const difference = await compareOnce(ours, peer, test);
    if (difference?.reason) {
      reasons.set(difference.reason, (reasons.get(difference.reason) ?? 0) + 1);
    } else if (difference) {
      const kind = kindOf(difference);
      const found = kinds.get(kind) ?? { count: 0, test, difference };
      kinds.set(kind, { ...found, count: found.count + 1 });
    }
    if (process.stderr.isTTY)
      process.stderr.write(`\r${name}: ${i + 1} of ${count}, ${kinds.size} kinds differ `);
  }
  if (process.stderr.isTTY) process.stderr.write('\n');
  const shown = [...kinds.values()]
    .sort((a, b) => b.count - a.count)
    .slice(0, Number(options.show));
  for (const { count: times, test, difference } of shown) {
    const small = await shrink(test, async (candidate) => {
      const found = await compareOnce(ours, peer, candidate);
      return found !== undefined && !found.reason && kindOf(found) === kindOf(difference);
    });
    const again = await compareOnce(ours, peer, small);
    const last = again?.ours ? again : difference;
    console.log(
      `\n${times} times, for example ${small.operation} ${JSON.stringify(small.request)}`,
    );
    console.log(`  on ${JSON.stringify(small.before)}`);
    console.log(`  jedlik: ${last.ours}\n  ${name}: ${last.theirs}`);
  }
  peer.stop();
  console.log(`\n${name}: ${count} requests, ${kinds.size} kinds of differences`);
  for (const [reason, times] of reasons) console.log(`  ${times} known: ${reason}`);
  return kinds.size;
}

async function main() {
  if (options.help) {
    console.log('node differential.mjs [--requests N] [--seed N] [--peers a,b] [--show N]');
    console.log(`Peers: ${peerNames.join(', ')}`);
    return 0;
  }
  console.log(`seed ${options.seed}`);
  const ours = await startPeer('jedlik');
  await makeTable(ours);
  let kinds = 0;
  for (const name of options.peers.split(','))
    kinds += await comparePeer(ours, name, Number(options.requests), Number(options.seed));
  ours.stop();
  return kinds === 0 ? 0 : 1;
}

process.exitCode = await main();
