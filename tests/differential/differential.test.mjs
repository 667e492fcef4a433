// The parts of the differential test that need no server.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { kindOf } from './campaign.mjs';
import { canonical, differenceOf } from './compare.mjs';
import { Generator } from './generate.mjs';
import { known } from './known_differences.mjs';
import { Random } from './random.mjs';
import { shrink } from './shrink.mjs';

const answer = (status, body) => ({ status, body });
const failed = (message) => answer(400, { __type: 'x#ValidationException', message });
const get = { operation: 'GetItem', request: {}, before: [] };

test('the same seed makes the same requests', () => {
  const make = () => {
    const generator = new Generator(new Random(5));
    return Array.from({ length: 200 }, () => generator.next());
  };
  assert.deepEqual(make(), make());
});

test('requests are about tables, and about items with and without indexes', () => {
  const generator = new Generator(new Random(5));
  const cases = Array.from({ length: 500 }, () => generator.next());
  const operations = new Set(cases.map(({ operation }) => operation));
  for (const operation of ['CreateTable', 'UpdateTable', 'PutItem', 'UpdateItem', 'Query', 'Scan'])
    assert.ok(operations.has(operation), operation);
  const indexes = new Set(cases.map(({ request }) => request.IndexName));
  for (const index of ['lsi-c', 'lsi-d', 'gsi-gd', 'gsi-g', 'gsi-eb'])
    assert.ok(indexes.has(index), index);
});

test('an order that nobody promises is no difference', () => {
  const ours = { Item: { a: { SS: ['x', 'y'] }, b: { L: [1, 2] } } };
  const theirs = { Item: { b: { L: [1, 2] }, a: { SS: ['y', 'x'] } } };
  assert.deepEqual(canonical(ours), canonical(theirs));
  assert.notDeepEqual(canonical(ours), canonical({ Item: { ...theirs.Item, b: { L: [2, 1] } } }));
});

test('the items of a Scan may come in any order, those of a Query not', () => {
  const page = (...names) => ({ answer: answer(200, { Items: names }), after: [] });
  const compare = (operation) =>
    differenceOf('dynalite', { ...get, operation }, page('x', 'y'), page('y', 'x'));
  assert.equal(compare('Scan'), undefined);
  assert.ok(compare('Query').ours);
});

test('another message, another status and another item afterwards are differences', () => {
  const item = [answer(200, { Items: [{ n: { N: '1' } }] })];
  const none = answer(200, {});
  const compare = (ours, theirs) => differenceOf('dynalite', get, ours, theirs);
  const same = { answer: none, after: item };
  assert.equal(compare(same, same), undefined);
  const differing = [
    [
      { answer: failed('a'), after: item },
      { answer: failed('b'), after: item },
    ],
    [{ answer: failed('a'), after: item }, same],
    [{ answer: none, after: [answer(200, { Items: [] })] }, same],
  ];
  for (const [ours, theirs] of differing) {
    assert.ok(compare(ours, theirs).ours);
    assert.deepEqual(compare(ours, theirs).reasons, []);
  }
});

test('a known difference has its reason, and only where it is all there is', () => {
  const prefixed = failed('1 validation error detected: a');
  const compare = (peer, theirs) =>
    differenceOf(peer, get, { answer: failed('a'), after: [] }, { answer: theirs, after: [] });
  assert.match(compare('dynoxide', prefixed).reasons[0], /prefix/);
  assert.deepEqual(compare('dynalite', prefixed).reasons, []);
  assert.deepEqual(
    compare('dynoxide', failed('1 validation error detected: b')).reasons,
    [],
    'the rest of the message differs too',
  );
});

test('no two known differences of a peer have the same reason', () => {
  const named = known.map(({ peer, reason }) => `${peer}: ${reason}`);
  const twice = named.filter((each, i) => named.indexOf(each) !== i);
  assert.deepEqual(twice, []);
});

test('differences that read alike but for names and numbers are of one kind', () => {
  const kind = (n, name) => kindOf({ ours: `400 X: ${n} [${name}]`, theirs: '200 {"Count":1}' });
  assert.equal(kind(1, 'a'), kind(23, 'b'));
  const page = (count) => `200 {"Count":${count}}`;
  assert.equal(kindOf({ ours: page(1), theirs: page(2) }), '.Count number number');
});

test('a case shrinks to what makes the difference', async () => {
  const whole = {
    before: [{ a: { S: 'k' }, b: { N: '1' }, s: { S: 'x' } }],
    operation: 'PutItem',
    request: { Item: { a: {}, bad: {} }, Other: [1, 2, 3], Text: 'one two three' },
  };
  const small = await shrink(whole, async ({ request }) => 'bad' in (request.Item ?? {}));
  assert.deepEqual(small.request, { Item: { bad: {} } });
  assert.deepEqual(small.before, []);
});
