// Whether two servers have given the same answer.
import { describe } from './describe.mjs';
import { explain } from './explain.mjs';

/** Names, times and states, which differ from server to server and from moment to moment. */
const ownMembers = new Set([
  ...['TableId', 'TableArn', 'IndexArn', 'CreationDateTime', 'TableStatus', 'IndexStatus'],
  ...['Backfilling', 'LastIncreaseDateTime', 'LastDecreaseDateTime', 'NumberOfDecreasesToday'],
  ...['LastUpdateToPayPerRequestDateTime'],
]);
/** Lists that are sets. */
const sets = new Set([
  ...['SS', 'NS', 'BS', 'AttributeDefinitions', 'LocalSecondaryIndexes'],
  ...['GlobalSecondaryIndexes', 'NonKeyAttributes'],
]);

const sorted = (list) => list.toSorted((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));

/** What does not depend on names, times, or an order that nobody promises. */
export function canonical(value, unordered = sets) {
  if (Array.isArray(value)) return value.map((each) => canonical(each, unordered));
  if (value === null || typeof value !== 'object') return value;
  const entries = Object.entries(value)
    .filter(([name]) => !ownMembers.has(name))
    .map(([name, member]) => {
      const same = canonical(member, unordered);
      return [name, unordered.has(name) && Array.isArray(same) ? sorted(same) : same];
    });
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** A Scan goes through partitions in any order, and items may have the same key in an index. */
function orderOf({ operation, request }) {
  const isOrdered = 'Limit' in request || (operation === 'Query' && request.IndexName !== 'gsi-g');
  return isOrdered ? sets : new Set([...sets, 'Items']);
}

/**
 * How a case went on Jedlik and on a peer, each { answer, after }: nothing where they agree, else
 * { ours, theirs, reasons }, where the reasons are those of the known differences, none if there is
 * more to it.
 */
export function differenceOf(peer, test, ours, theirs) {
  const withItems = new Set([...sets, 'Items']);
  const parts = [
    [ours.answer, theirs.answer, orderOf(test)],
    ...ours.after.map((each, i) => [each, theirs.after[i] ?? { status: 0 }, withItems]),
  ];
  const reasons = [];
  for (const [our, their, unordered] of parts) {
    const mine = { ...our, body: canonical(our.body, unordered) };
    const other = { ...their, body: canonical(their.body, unordered) };
    const difference = { ours: describe(mine), theirs: describe(other) };
    if (difference.ours === difference.theirs) continue;
    const found = explain(peer, test, mine, other);
    if (found.length === 0) return { ...difference, reasons: [] };
    reasons.push(...found.map(({ reason }) => reason));
    // What is there afterwards tells nothing new once one of the two has refused the request.
    if (our.status !== their.status) break;
  }
  return reasons.length > 0 ? { reasons } : undefined;
}
