// Differences that are the peer's, each with the reason. Where the documentation of DynamoDB says who
// is right, the reason names it.

/** A peer's name, or several; a test of the case and the two answers; why. */
const known = [];

function add(peers, matches, reason) {
  known.push({ peers, matches, reason });
}

const both =
  (pattern) =>
  (_test, { ours, theirs }) =>
    pattern.test(ours) && pattern.test(theirs);
const theirs = (pattern) => (_test, difference) => pattern.test(difference.theirs);

add(
  ['dynoxide'],
  (_test, { ours, theirs: other }) => other.replace('1 validation error detected: ', '') === ours,
  'The prefix is not given: docs/compatibility.md.',
);
add(
  ['dynoxide'],
  both(/Syntax error|Unexpected token|Expected /),
  "Its messages about syntax are its own; ours are those of AWS's parser in DynamoDB Local.",
);
add(
  ['dynalite'],
  both(/Syntax error/),
  "Its neighbourhood of a syntax error differs from that of AWS's parser in DynamoDB Local.",
);
add(
  ['dynamodb-local'],
  theirs(/cannot be converted into a number|may not contain an empty string|Empty attribute name/),
  'The build of 2020 has older messages, and refuses empty strings, which the service has allowed since May 2020.',
);
add(['dynamodb-local'], theirs(/^500 /), 'It fails.');

add(
  ['dynalite'],
  both(/BETWEEN operator requires same data type/),
  'It prints sets, lists and maps in its message as JavaScript does.',
);
add(
  ['dynoxide', 'dynalite'],
  (test, { ours }) =>
    'Expected' in test.request && / is not valid for \w+ AttributeValue type/.test(ours),
  'It does not look at the types in Expected; in filters it does, and DynamoDB Local does in both.',
);
add(
  ['dynoxide', 'dynalite'],
  (_test, { ours }) => /ConditionalOperator can(not be used without| only be used when)/.test(ours),
  'It ignores a ConditionalOperator that joins nothing; DynamoDB Local refuses it.',
);
add(
  ['dynoxide', 'dynalite'],
  (_test, { ours }) =>
    /^400 .*operator: BETWEEN, operand type: \w+$|operator: [<>]=?, operand type: \w+$/.test(ours),
  'It compares types that have no order, as false; DynamoDB Local refuses them.',
);
add(
  ['dynoxide', 'dynalite'],
  (test, { ours }) =>
    test.operation === 'DeleteItem' && ours.endsWith('Return values set to invalid value'),
  'Its answer to ReturnValues that DeleteItem does not have is its own; ours is that of DynamoDB Local.',
);
add(
  ['dynalite'],
  (_test, { ours, theirs: other }) => ours === '200 {}' && other === '200 {"Attributes":{}}',
  'It gives empty Attributes where nothing is returned; the others give none.',
);
add(
  ['dynoxide'],
  (_test, { theirs: other }) => other.includes('{"NULL":true},{"NULL":true}'),
  'It fills a list up to an index beyond its end; the developer guide says that the element is appended.',
);

/** Why a difference is known, if it is. */
export function reasonFor(peer, test, difference) {
  return known.find((each) => each.peers.includes(peer) && each.matches(test, difference))?.reason;
}
