// Scan of an index: all of it once, in pages and in segments.
import { paginateScan } from '@aws-sdk/client-dynamodb';
import { beforeAll, describe, expect, test } from 'vitest';
import type { Item } from '../support/item_size.ts';
import { client, ok, refuses } from '../support/service.ts';
import { expectSame, index, makeIndexed, N, put, S } from './tables.ts';

// Few partitions with many items and many with few, in the table and in the index.
const items: Item[] = Array.from({ length: 60 }, (_, n) => ({
  a: S(n < 30 ? 'p' : `p${n}`),
  b: N(n),
  ...(n % 5 === 4 ? {} : { g: S(n % 2 === 0 ? 'g' : `g${n}`) }),
  ...(n % 6 === 5 ? {} : { s: N(n % 4) }),
  n: N(n),
}));
const has = (...names: string[]) => items.filter((item) => names.every((name) => item[name]));
const indexes = [
  { name: 'local', keys: ['a', 'b', 's'], expected: has('s') },
  { name: 'global', keys: ['a', 'b', 'g', 's'], expected: has('g', 's') },
  { name: 'plain', keys: ['a', 'b', 'g'], expected: has('g') },
];

let table: string;
beforeAll(async () => {
  table = await makeIndexed(
    {
      keys: 'a:S b:N',
      attributes: 'g:S s:N',
      local: [index('local', 'a / s')],
      global: [index('global', 'g / s'), index('plain', 'g')],
    },
    'scan',
  );
  await put(table, ...items);
});

describe.each(indexes)('Scan of the $name index', ({ name, keys, expected }) => {
  const scan = (more: object = {}) => ok('Scan', { TableName: table, IndexName: name, ...more });

  test('gives what has its keys', async () => {
    const answer = await scan();
    expectSame(answer.Items, expected);
    expect(answer).toMatchObject({ Count: expected.length, ScannedCount: expected.length });
    expect(answer.LastEvaluatedKey).toBeUndefined();
  });

  test.each([1, 7, 1000])('in pages of %d gives every item once', async (size) => {
    const found: Item[] = [];
    const pages = paginateScan({ client, pageSize: size }, { TableName: table, IndexName: name });
    for await (const { Items: page, LastEvaluatedKey: last } of pages) {
      expect(page!.length).toBeLessThanOrEqual(size);
      if (last) expect(Object.keys(last).sort()).toEqual(keys);
      found.push(...(page as Item[]));
    }
    expectSame(found, expected);
  });

  test.each([1, 2, 3, 16, 1000])('in %d segments gives every item once', async (segments) => {
    // Of a thousand segments most are empty: those that hold something, and some others.
    const asked = segments > 16 ? 200 : segments;
    const answers = await Promise.all(
      Array.from({ length: asked }, (_, n) =>
        scan({ TotalSegments: segments, Segment: Math.floor((n * segments) / asked) }),
      ),
    );
    const found = answers.flatMap((answer) => answer.Items);
    if (asked === segments) expectSame(found, expected);
    else expect(new Set(found.map((item) => item.n.N)).size).toBe(found.length);
  });

  test('in segments and pages gives every item once', async () => {
    const found: Item[] = [];
    for (let segment = 0; segment < 3; ++segment) {
      const request = { TableName: table, IndexName: name, TotalSegments: 3, Segment: segment };
      for await (const { Items: page } of paginateScan({ client, pageSize: 4 }, request)) {
        found.push(...(page as Item[]));
      }
    }
    expectSame(found, expected);
  });

  test('COUNT', async () => {
    expect(await scan({ Select: 'COUNT' })).toEqual({
      Count: expected.length,
      ScannedCount: expected.length,
    });
  });
});

test('a local index is scanned consistently', async () => {
  for (let n = 0; n < 10; ++n) {
    const item = { a: S('fresh'), b: N(1000 + n), s: N(n), n: N(1000 + n) };
    await put(table, item);
    const answer = await ok('Scan', {
      TableName: table,
      IndexName: 'local',
      ConsistentRead: true,
      FilterExpression: 'a = :a',
      ExpressionAttributeValues: { ':a': S('fresh') },
    });
    expect(answer.Count).toBe(n + 1);
  }
});

describe('Scan refuses', () => {
  const refused = (name: string, change: object, message: string) => ({
    name,
    request: () => ({ TableName: table, IndexName: 'global', ...change }),
    error: 'ValidationException',
    message,
  });
  refuses('Scan', [
    refused(
      'consistent reads of a global index',
      { ConsistentRead: true },
      'Consistent reads are not supported on global secondary indexes',
    ),
    refused(
      'an index that is not there',
      { IndexName: 'nosuch' },
      'The table does not have the specified index: nosuch',
    ),
    refused(
      'an index that is not there, before anything else about it',
      { IndexName: 'nosuch', ConsistentRead: true, ExclusiveStartKey: { a: S('p') } },
      'The table does not have the specified index: nosuch',
    ),
    refused(
      'a segment beyond the last',
      { TotalSegments: 2, Segment: 2 },
      'The Segment parameter is zero-based and must be less than parameter TotalSegments: Segment: 2 is not less than TotalSegments: 2',
    ),
  ]);
});
