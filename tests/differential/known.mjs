// How a known difference is described. known_differences.mjs lists them.
import { describe, messageOf } from './describe.mjs';

/**
 * { peer, reason } and either
 *   matches(test, { ours, theirs, ourText, theirText }): whether this is the difference, or
 *   rewrite(test, { ours, theirs }): both answers without this difference, or nothing.
 */
export const known = [];

export function add(peers, entry, reason) {
  for (const peer of [peers].flat()) known.push({ peer, reason, ...entry });
}

export const everyone = ['dynoxide', 'dynalite', 'dynamodb-local'];
export const others = ['dynoxide', 'dynalite'];
export const writes = ['PutItem', 'UpdateItem', 'DeleteItem'];
export const reads = ['Query', 'Scan'];

export const without = ({ status, body }, ...members) => ({
  status,
  body: Object.fromEntries(Object.entries(body ?? {}).filter(([name]) => !members.includes(name))),
});
export const same = (a, b) => describe(a) === describe(b);

export const textOf = ({ ConditionExpression, FilterExpression }) =>
  ConditionExpression ?? FilterExpression ?? '';

/** A difference of two lines, each of a pattern, in some operations. */
export const lines = (operations, ours, theirs) => ({
  matches: ({ operation }, { ourText, theirText }) =>
    operations.includes(operation) && ours.test(ourText) && theirs.test(theirText),
});

/** A rewriting of both messages of refused requests. */
export const messages = (change) => ({
  rewrite(test, { ours, theirs }) {
    if (ours.status !== 400 || theirs.status !== 400) return undefined;
    const [our, their] = change(messageOf(ours.body), messageOf(theirs.body), test);
    return {
      ours: { ...ours, body: { ...ours.body, message: our } },
      theirs: { ...theirs, body: { __type: theirs.body.__type, message: their } },
    };
  },
});

/** What a peer answers that does not refuse a request at once. */
export const passes =
  /^200 |ConditionalCheckFailed|The document path provided|An operand in the update|not exist in the item|Type mismatch for (Index Key|attribute to update)|Cannot update attribute|list_append requires|must be numbers/;
export const isIndexed = ({ request }) => request.TableName === 'Indexed';

/** What is said of the value of an index key. */
export const indexKeyFault =
  /Type mismatch for Index Key|secondary index key|Size limit exceeded for Index Key|IndexKey: /;

/** Whether all that is in `part` is in `whole`; elements of a list may have others between them. */
export function isPartOf(part, whole) {
  if (part === null || typeof part !== 'object') return part === whole;
  if (whole === null || typeof whole !== 'object') return false;
  if (!Array.isArray(part))
    return Object.entries(part).every(([name, member]) => isPartOf(member, whole[name]));
  return Array.isArray(whole) && part.every((each) => whole.some((other) => isPartOf(each, other)));
}

/** An answer with its description of a table changed, if it has one. */
export function description(answer, change) {
  const name = ['Table', 'TableDescription'].find((member) => answer.body?.[member]);
  return name ? { ...answer, body: { [name]: change(answer.body[name]) } } : answer;
}

/** A description of a table without the throughput of its indexes. */
export const withoutUnits = ({ GlobalSecondaryIndexes, ...rest }) => ({
  ...rest,
  ...(GlobalSecondaryIndexes && {
    GlobalSecondaryIndexes: GlobalSecondaryIndexes.map(
      ({ ProvisionedThroughput: _units, ...index }) => index,
    ),
  }),
});

export const isTable = (operation) => /Table$/.test(operation);
