// Sends the same random requests to Jedlik and to peers, and shows where their answers differ:
//
//   node tests/differential/differential.mjs [--requests N] [--seed N] [--peers a,b] [--show N]
//
// `npm ci` in this folder fetches the peers dynoxide and dynalite. A third, dynamodb-local, needs Java
// and the folder of DynamoDBLocal.jar in the environment variable DYNAMODB_LOCAL.
// Ends with code 1 when a difference is found that known_differences.mjs does not explain.
import { parseArgs } from 'node:util';
import { Campaign } from './campaign.mjs';
import { peerNames } from './servers.mjs';

const { values: options } = parseArgs({
  options: {
    requests: { type: 'string', default: '2000' },
    seed: { type: 'string', default: `${Math.floor(Math.random() * 2 ** 31)}` },
    peers: { type: 'string', default: 'dynoxide,dynalite' },
    show: { type: 'string', default: '10' },
    help: { type: 'boolean', default: false },
  },
});

async function main() {
  if (options.help) {
    console.log('node differential.mjs [--requests N] [--seed N] [--peers a,b] [--show N]');
    console.log(`Peers: ${peerNames.join(', ')}`);
    return 0;
  }
  console.log(`seed ${options.seed}`);
  const names = options.peers.split(',');
  const campaign = new Campaign(names);
  await campaign.runSeed(Number(options.seed), Number(options.requests), (done) => {
    if (process.stderr.isTTY) process.stderr.write(`\r${done} of ${options.requests} `);
  });
  if (process.stderr.isTTY) process.stderr.write('\n');
  let unknown = 0;
  for (const name of names) {
    const { cases, differing, reasons, kinds } = campaign.results[name];
    for await (const text of campaign.unknown(name, Number(options.show))) console.log(`\n${text}`);
    console.log(`\n${name}: ${cases} requests, ${differing} differ, ${kinds.size} unknown kinds`);
    for (const [reason, times] of reasons) console.log(`  ${times} known: ${reason}`);
    unknown += kinds.size;
  }
  campaign.stop();
  return unknown === 0 ? 0 : 1;
}

process.exitCode = await main();
