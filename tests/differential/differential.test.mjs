// The parts of the differential test that need no server.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { describe, differenceOf } from './compare.mjs';
import { Generator } from './generate.mjs';
import { Random } from './random.mjs';
import { shrink } from './shrink.mjs';

const answer = (status, body) => ({ status, body });

test('the same seed makes the same requests', () => {
  const make = () => {
    const generator = new Generator(new Random(5));
    return Array.from({ length: 50 }, () => generator.next());
  };
  assert.deepEqual(make(), make());
});

test('an order that nobody promises is no difference', () => {
  const ours = answer(200, { Item: { a: { SS: ['x', 'y'] }, b: { L: [1, 2] } } });
  const theirs = answer(200, { Item: { b: { L: [1, 2] }, a: { SS: ['y', 'x'] } } });
  assert.equal(describe(ours), describe(theirs));
  const turned = answer(200, { Item: { a: { SS: ['x', 'y'] }, b: { L: [2, 1] } } });
  assert.notEqual(describe(ours), describe(turned));
});

test('another message, another status and another item afterwards are differences', () => {
  const failed = (message) => answer(400, { __type: 'x#ValidationException', message });
  const item = answer(200, { Item: { n: { N: '1' } } });
  const none = answer(200, {});
  const compare = (ours, theirs) => differenceOf('dynalite', { request: {} }, ours, theirs);
  const same = { answer: none, after: item };
  assert.equal(compare(same, same), undefined);
  assert.ok(
    compare({ answer: failed('a'), after: item }, { answer: failed('b'), after: item }).ours,
  );
  assert.ok(compare({ answer: failed('a'), after: item }, same).ours);
  assert.ok(compare({ answer: none, after: none }, same).ours);
});

test('a case shrinks to what makes the difference', async () => {
  const whole = {
    before: { a: { S: 'k' }, b: { N: '1' }, s: { S: 'x' } },
    operation: 'PutItem',
    request: { Item: { a: {}, bad: {} }, Other: [1, 2, 3], Text: 'one two three' },
  };
  const small = await shrink(whole, async ({ request }) => 'bad' in (request.Item ?? {}));
  assert.deepEqual(small.request, { Item: { bad: {} } });
  assert.deepEqual(small.before, { a: {}, b: {} });
});
