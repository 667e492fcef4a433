// The stage `differential` of ./test: the same requests in each run, and the list of known differences.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, test } from 'node:test';
import { Campaign } from './campaign.mjs';
import { known } from './known_differences.mjs';

const seed = 1;
const requests = 700;
const peers = ['dynoxide', 'dynalite'];
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
    assert.equal(refused, 0);
    const texts = [];
    for await (const text of campaign.unknown(peer, 5)) texts.push(text);
    assert.equal(kinds.size, 0, `${kinds.size} kinds are not known\n\n${texts.join('\n\n')}`);
  });

  test(`every known difference to ${peer} is still there`, () => {
    const { reasons } = campaign.results[peer];
    const gone = known
      .filter((entry) => entry.peer === peer && !reasons.has(entry.reason))
      .map(({ reason }) => reason);
    assert.deepEqual(gone, [], 'known_differences.mjs says what is no difference any more');
  });
}
