// Which of the known differences explain what was found.
import { describe } from './describe.mjs';
import { known } from './known_differences.mjs';

/**
 * The entries of known_differences.mjs that explain why a peer's answer is another one, none if there
 * is more to it. Both answers are { status, body }.
 */
export function explain(peer, test, ours, theirs) {
  const entries = known.filter((each) => each.peer === peer);
  const used = [];
  let pair = { ours, theirs };
  for (const entry of entries.filter(({ rewrite }) => rewrite)) {
    const next = entry.rewrite(test, pair);
    if (!next || (same(next.ours, pair.ours) && same(next.theirs, pair.theirs))) continue;
    used.push(entry);
    pair = next;
    if (same(pair.ours, pair.theirs)) return used;
  }
  const texts = { ...pair, ourText: describe(pair.ours), theirText: describe(pair.theirs) };
  const match = entries.find((each) => each.matches?.(test, texts));
  return match ? [...used, match] : [];
}

const same = (a, b) => describe(a) === describe(b);
