// The stage `differential` of ./test: the same requests in each run, and the list of known differences.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, test } from 'node:test';
import { Campaign } from './campaign.mjs';
import { known } from './known_differences.mjs';

const seed = 1;
const requests = 700;
const fetched = ['dynoxide', 'dynalite'];
/** DynamoDB Local takes part where it is there: servers.mjs says how. */
const peers = [...fetched, ...(process.env.DYNAMODB_LOCAL ? ['dynamodb-local'] : [])];
/** Cases of the known differences that the random requests do not meet. */
const examples = JSON.parse(readFileSync(new URL('examples.json', import.meta.url), 'utf8'));

const campaign = new Campaign(peers);
after(() => campaign.stop());

test('the requests are sent to Jedlik and to the peers', async () => {
  await campaign.runSeed(seed, requests);
  for (const example of examples) await campaign.runCase(example);
});

for (const peer of peers) {
  test(`every difference to ${peer} is known`, async () => {
    const { cases, refused, kinds } = campaign.results[peer];
    assert.ok(cases > requests / 2, `only ${cases} requests were compared`);
    assert.ok(refused <= (fetched.includes(peer) ? 0 : requests / 50), `${refused} are refused`);
    const texts = [];
    for await (const text of campaign.unknown(peer, 5)) texts.push(text);
    assert.equal(kinds.size, 0, `${kinds.size} kinds are not known\n\n${texts.join('\n\n')}`);
  });

  // DynamoDB Local is not there in each run, so nobody keeps examples for it.
  const checked = fetched.includes(peer);
  test(`every known difference to ${peer} is still there`, { skip: !checked }, () => {
    const { reasons } = campaign.results[peer];
    const gone = known
      .filter((entry) => entry.peer === peer && !reasons.has(entry.reason))
      .map(({ reason }) => reason);
    assert.deepEqual(gone, [], 'known_differences.mjs says what is no difference any more');
  });
}
