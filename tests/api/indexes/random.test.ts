// Random writes, then every index against what its table holds, by Scan and by Query.
//
// JEDLIK_MODEL_SEED   what the random choices start from (drawn and printed when not given)
import { paginateQuery } from '@aws-sdk/client-dynamodb';
import { expect, test } from 'vitest';
import type { Item } from '../support/item_size.ts';
import { Random } from '../support/random.ts';
import { client, ok } from '../support/service.ts';
import { expectIndexes, expectSame, held, index, makeIndexed, N, S, type Shape } from './tables.ts';

const seed = Number(process.env.JEDLIK_MODEL_SEED ?? Math.floor(Math.random() * 2 ** 31));
console.log(`JEDLIK_MODEL_SEED=${seed}`);

const shape: Shape = {
  keys: 'a:S b:N',
  attributes: 'c:S d:N e:S',
  local: [index('by-c', 'a / c', ['x']), index('by-d', 'a / d', 'KEYS_ONLY')],
  global: [
    index('of-c', 'c / d'),
    index('of-d', 'd', 'KEYS_ONLY'),
    index('of-b', 'b / a', ['x', 'm']),
    index('multi', 'c a / d e', ['m']),
  ],
};
const texts = ['A', 'a', 'a\u0000', 'aa', 'b', 'é'];
const numbers = ['-10', '-1', '0', '0.5', '2', '10'];
const partitions = ['p', 'pp', 'q'];

function randomKey(random: Random): Item {
  return { a: S(random.pick(partitions)), b: N(random.pick(numbers)) };
}

function randomRest(random: Random): Item {
  const item: Item = {};
  if (random.chance(0.7)) item.c = S(random.pick(texts));
  if (random.chance(0.7)) item.d = N(random.pick(numbers));
  if (random.chance(0.7)) item.e = S(random.pick(texts));
  if (random.chance(0.5)) item.x = N(random.between(0, 9));
  if (random.chance(0.3)) item.m = { M: { k: N(random.between(0, 9)) } };
  if (random.chance(0.3)) item.y = S(random.text(5));
  return item;
}

function randomUpdate(random: Random): object {
  return random.pick([
    () => ({
      UpdateExpression: 'SET c = :v REMOVE e',
      ExpressionAttributeValues: { ':v': S(random.pick(texts)) },
    }),
    () => ({
      UpdateExpression: 'SET e = :v, x = :x',
      ExpressionAttributeValues: { ':v': S(random.pick(texts)), ':x': N(random.between(0, 9)) },
    }),
    () => ({ UpdateExpression: 'ADD d :v', ExpressionAttributeValues: { ':v': N(1) } }),
    () => ({ UpdateExpression: random.pick(['REMOVE c', 'REMOVE d, x', 'REMOVE e, m, y']) }),
    () => ({
      AttributeUpdates: {
        c: { Action: 'DELETE' },
        d: { Action: 'PUT', Value: N(random.pick(numbers)) },
      },
    }),
  ])();
}

async function randomWrite(table: string, random: Random): Promise<void> {
  const key = randomKey(random);
  const kind = random.next();
  if (kind < 0.4) {
    await ok('PutItem', { TableName: table, Item: { ...key, ...randomRest(random) } });
  } else if (kind < 0.7) {
    await ok('UpdateItem', { TableName: table, Key: key, ...randomUpdate(random) });
  } else if (kind < 0.85) {
    await ok('DeleteItem', { TableName: table, Key: key });
  } else {
    const keys = new Map<string, Item>();
    for (let n = 0; n < 6; ++n) {
      const one = randomKey(random);
      keys.set(JSON.stringify(one), one);
    }
    const requests = [...keys.values()].map((one) =>
      random.chance(0.6)
        ? { PutRequest: { Item: { ...one, ...randomRest(random) } } }
        : { DeleteRequest: { Key: one } },
    );
    await ok('BatchWriteItem', { RequestItems: { [table]: requests } });
  }
}

const compareOf = (x: unknown, y: unknown, name: string): number => {
  const text = (item: unknown) => (item as Record<string, { S: string; N: string }>)[name];
  const [left, right] = [text(x), text(y)];
  if (left.N !== undefined) return Number(left.N) - Number(right.N);
  return left.S < right.S ? -1 : left.S > right.S ? 1 : 0;
};

/** All of one partition of the index of-c, in pages of a random size, against the table's items. */
async function checkQuery(table: string, random: Random): Promise<void> {
  const c = random.pick(texts);
  const least = random.pick(numbers);
  const forward = random.chance(0.5);
  const found: Item[] = [];
  const pages = paginateQuery(
    { client, pageSize: random.between(1, 5) },
    {
      TableName: table,
      IndexName: 'of-c',
      KeyConditionExpression: 'c = :c AND d >= :d',
      ExpressionAttributeValues: { ':c': S(c), ':d': N(least) },
      ScanIndexForward: forward,
    },
  );
  for await (const page of pages) found.push(...(page.Items as Item[]));
  const expected = (await held(table)).filter((item) => {
    const [own, number] = [item.c as { S: string }, item.d as { N: string }];
    return own?.S === c && number !== undefined && Number(number.N) >= Number(least);
  });
  expectSame(found, expected);
  for (let n = 1; n < found.length; ++n) {
    const order = compareOf(found[n - 1], found[n], 'd');
    expect(forward ? order : -order).toBeLessThanOrEqual(0);
  }
}

test('every index is what its table makes it', async () => {
  const random = new Random(seed);
  const table = await makeIndexed(shape, 'random');
  for (let round = 0; round < 20; ++round) {
    for (let n = 0; n < 20; ++n) await randomWrite(table, random);
    await expectIndexes(table);
    await checkQuery(table, random);
  }
  const { Table: described } = await ok('DescribeTable', { TableName: table });
  for (const found of [...described.LocalSecondaryIndexes, ...described.GlobalSecondaryIndexes]) {
    expect(found.ItemCount, found.IndexName).toBe((await held(table, found.IndexName)).length);
  }
});

test('also when the writes come at once', async () => {
  const table = await makeIndexed(shape, 'random-at-once');
  const writers = Array.from({ length: 12 }, async (_, writer) => {
    const random = new Random(seed + 1 + writer);
    for (let n = 0; n < 50; ++n) await randomWrite(table, random);
  });
  await Promise.all(writers);
  await expectIndexes(table);
});
