// Query on an index: which items, in which order, on which pages.
import { paginateQuery } from '@aws-sdk/client-dynamodb';
import { QueryCommand as DocumentQuery } from '@aws-sdk/lib-dynamodb';
import { beforeAll, describe, expect, test } from 'vitest';
import type { Item } from '../support/item_size.ts';
import {
  client,
  constraint,
  documents,
  ok,
  refuses,
  type RefusedCase,
} from '../support/service.ts';
import { expectSame, index, invalid, makeIndexed, N, put, S } from './tables.ts';

// The items of one partition of the table are also those of one partition of each global index, so
// that local and global ones have the same to give.
const kinds = [
  { kind: 'local', prefix: 'by', partition: 'a', value: 'p', neighbours: ['o', 'pp', 'q'] },
  { kind: 'global', prefix: 'of', partition: 'g', value: 'x', neighbours: ['w', 'xx', 'y'] },
];
const words = ['A', 'a', 'aa', 'ab', 'b', 'é'];

/** Three items for each number in s, four for each word in t; some have the one or the other not. */
const items: Item[] = Array.from({ length: 24 }, (_, n) => ({
  a: S('p'),
  b: N(n),
  g: S('x'),
  ...(n % 7 === 6 ? {} : { s: N(Math.floor(n / 3) - 4) }),
  ...(n % 7 === 5 ? {} : { t: S(words[n % words.length]) }),
  n: N(n),
}));

type Sorted = 's' | 't';
const sortValue = (item: Item, by: Sorted): number | string => {
  const value = item[by] as { N: string; S: string };
  return by === 's' ? Number(value.N) : value.S;
};
const withSort = (by: Sorted) => items.filter((item) => item[by] !== undefined);

/** The same items, and their sort values in this order; items of one value in any order. */
function expectSorted(found: Item[], expected: Item[], by: Sorted, forward = true): void {
  expectSame(found, expected);
  const values = expected.map((item) => sortValue(item, by));
  // Words come in the order of their bytes, which for these is that of their code units.
  values.sort((x, y) => (x < y ? -1 : x > y ? 1 : 0));
  if (!forward) values.reverse();
  expect(found.map((item) => sortValue(item, by))).toEqual(values);
}

let table: string;
beforeAll(async () => {
  table = await makeIndexed(
    {
      keys: 'a:S b:N',
      attributes: 'g:S s:N t:S',
      local: [index('by-s', 'a / s'), index('by-t', 'a / t')],
      global: [index('of-s', 'g / s'), index('of-t', 'g / t'), index('of-g', 'g')],
    },
    'query',
  );
  await put(table, ...items);
  const neighbour = { b: N(99), s: N(0), t: S('a') };
  for (const [n, a] of kinds[0].neighbours.entries()) {
    await put(table, { ...neighbour, a: S(a), g: S(kinds[1].neighbours[n]) });
  }
});

describe.each(kinds)('Query on a $kind index', (of) => {
  const { prefix, partition, value } = of;
  const query = (by: Sorted, condition = '', values: object = {}, more: object = {}) =>
    ok('Query', {
      TableName: table,
      IndexName: `${prefix}-${by}`,
      KeyConditionExpression: `${partition} = :p ${condition}`,
      ExpressionAttributeValues: { ':p': S(value), ...values },
      ...more,
    });

  test.each<Sorted>(['s', 't'])('gives one partition in the order of %s', async (by) => {
    const answer = await query(by);
    expectSorted(answer.Items, withSort(by), by);
    expect(answer.Count).toBe(withSort(by).length);
    expect(answer.ScannedCount).toBe(withSort(by).length);
    expect(answer.LastEvaluatedKey).toBeUndefined();
    const backward = await query(by, '', {}, { ScanIndexForward: false });
    expectSorted(backward.Items, withSort(by), by, false);
  });

  test.each<[Sorted, string, object, (x: never) => boolean]>([
    ['s', 's = :x', { ':x': N(2) }, (x: number) => x === 2],
    ['s', 's = :x', { ':x': N('2.0') }, (x: number) => x === 2],
    ['s', 's = :x', { ':x': N('0.5') }, () => false],
    ['s', 's < :x', { ':x': N(-1) }, (x: number) => x < -1],
    ['s', 's <= :x', { ':x': N(-1) }, (x: number) => x <= -1],
    ['s', 's > :x', { ':x': N(0) }, (x: number) => x > 0],
    ['s', 's >= :x', { ':x': N(0) }, (x: number) => x >= 0],
    ['s', ':x < s', { ':x': N(0) }, (x: number) => x > 0],
    ['s', 's BETWEEN :x AND :y', { ':x': N(-2), ':y': N(1) }, (x: number) => x >= -2 && x <= 1],
    ['s', 's BETWEEN :x AND :x', { ':x': N(1) }, (x: number) => x === 1],
    ['t', 't = :x', { ':x': S('a') }, (x: string) => x === 'a'],
    ['t', 't < :x', { ':x': S('aa') }, (x: string) => x < 'aa'],
    ['t', 't >= :x', { ':x': S('ab') }, (x: string) => x >= 'ab'],
    ['t', 'begins_with(t, :x)', { ':x': S('a') }, (x: string) => x.startsWith('a')],
    ['t', 'begins_with(t, :x)', { ':x': S('zz') }, () => false],
  ])('by %s where %s, %j', async (by, condition, values, holds) => {
    const expected = withSort(by).filter((item) => holds(sortValue(item, by) as never));
    const answer = await query(by, `AND ${condition}`, values);
    expectSorted(answer.Items, expected, by);
    const backward = await query(by, `AND ${condition}`, values, { ScanIndexForward: false });
    expectSorted(backward.Items, expected, by, false);
  });

  test('KeyConditions, from before expressions', async () => {
    const answer = await ok('Query', {
      TableName: table,
      IndexName: `${prefix}-s`,
      KeyConditions: {
        [partition]: { ComparisonOperator: 'EQ', AttributeValueList: [S(value)] },
        s: { ComparisonOperator: 'GE', AttributeValueList: [N(2)] },
      },
    });
    const expected = withSort('s').filter((item) => Number(sortValue(item, 's')) >= 2);
    expectSorted(answer.Items, expected, 's');
  });

  test('the document client', async () => {
    const answer = await documents.send(
      new DocumentQuery({
        TableName: table,
        IndexName: `${prefix}-s`,
        KeyConditionExpression: '#p = :p AND s = :s',
        ExpressionAttributeNames: { '#p': partition },
        ExpressionAttributeValues: { ':p': value, ':s': 0 },
      }),
    );
    expect(answer.Items!.map((item) => item.n).sort()).toEqual([12, 14]);
  });

  test('a partition that is not there', async () => {
    const answer = await query('s', '', { ':p': S('none') });
    expect(answer).toEqual({ Items: [], Count: 0, ScannedCount: 0 });
  });

  describe('pages', () => {
    test.each(
      [1, 2, 3, 100].flatMap((size) => [true, false].map((forward) => ({ size, forward }))),
    )('of $size, forward $forward, give every item once', async ({ size, forward }) => {
      for (const by of ['s', 't'] as const) {
        const found: Item[] = [];
        const pages = paginateQuery(
          { client, pageSize: size },
          {
            TableName: table,
            IndexName: `${prefix}-${by}`,
            KeyConditionExpression: `${partition} = :p`,
            ExpressionAttributeValues: { ':p': S(value) },
            ScanIndexForward: forward,
          },
        );
        for await (const { Items: page } of pages) {
          expect(page!.length).toBeLessThanOrEqual(size);
          found.push(...(page as Item[]));
        }
        expectSorted(found, withSort(by), by, forward);
      }
    });

    test('go on from the key of the index and of the table', async () => {
      const all = (await query('s')).Items;
      const first = await query('s', '', {}, { Limit: 4 });
      expect(first.Items).toEqual(all.slice(0, 4));
      expect(first).toMatchObject({ Count: 4, ScannedCount: 4 });
      const { a, b, s, [partition]: own } = all[3];
      expect(first.LastEvaluatedKey).toEqual({ a, b, s, [partition]: own });
      const second = await query('s', '', {}, { ExclusiveStartKey: first.LastEvaluatedKey });
      expect(second.Items).toEqual(all.slice(4));
      expect(second.LastEvaluatedKey).toBeUndefined();
    });

    test('a limit that is just reached gives a key to go on from', async () => {
      const count = withSort('s').length;
      const exact = await query('s', '', {}, { Limit: count });
      expect(exact.LastEvaluatedKey).toBeDefined();
      const rest = await query('s', '', {}, { ExclusiveStartKey: exact.LastEvaluatedKey });
      expect(rest).toEqual({ Items: [], Count: 0, ScannedCount: 0 });
      const more = await query('s', '', {}, { Limit: count + 1 });
      expect(more.LastEvaluatedKey).toBeUndefined();
    });

    test('inside one sort key', async () => {
      const condition = ['AND s = :s', { ':s': N(1) }] as const;
      const all = (await query('s', ...condition)).Items;
      expect(all).toHaveLength(3);
      const found: Item[] = [];
      let from: object | undefined;
      do {
        const page = await query('s', ...condition, { Limit: 1, ExclusiveStartKey: from });
        found.push(...page.Items);
        from = page.LastEvaluatedKey;
      } while (from);
      expect(found).toEqual(all);
    });
  });

  const refused = (name: string, change: object, message: string | RegExp): RefusedCase => ({
    name,
    request: () => ({
      TableName: table,
      IndexName: `${prefix}-s`,
      KeyConditionExpression: `${partition} = :p`,
      ExpressionAttributeValues: { ':p': S(value) },
      ...change,
    }),
    error: 'ValidationException',
    message,
  });
  const condition = (expression: string, values: object) => ({
    KeyConditionExpression: expression,
    ExpressionAttributeValues: values,
  });
  describe('refuses', () => {
    refuses('Query', [
      refused(
        'the sort key alone',
        condition('s = :s', { ':s': N(1) }),
        `Query condition missed key schema element: ${partition}`,
      ),
      refused(
        'the sort key of the table',
        condition(`${partition} = :p AND b = :b`, { ':p': S(value), ':b': N(1) }),
        'Query condition missed key schema element: s',
      ),
      refused(
        'the sort key of another index',
        condition(`${partition} = :p AND t = :t`, { ':p': S(value), ':t': S('a') }),
        'Query condition missed key schema element: s',
      ),
      refused(
        'a partition key without equality',
        condition(`${partition} > :p`, { ':p': S(value) }),
        'Query key condition not supported',
      ),
      refused(
        'a partition key of another type',
        condition(`${partition} = :p`, { ':p': N(1) }),
        `${invalid}Condition parameter type does not match schema type`,
      ),
      refused(
        'a sort key of another type',
        condition(`${partition} = :p AND s > :s`, { ':p': S(value), ':s': S('1') }),
        `${invalid}Condition parameter type does not match schema type`,
      ),
      refused(
        'two conditions on the sort key',
        condition(`${partition} = :p AND s > :x AND s < :y`, {
          ':p': S(value),
          ':x': N(1),
          ':y': N(2),
        }),
        'KeyConditionExpressions must only contain one condition per key',
      ),
      refused(
        'an index that is not there',
        { IndexName: 'nosuch' },
        'The table does not have the specified index: nosuch',
      ),
      refused(
        'a short name',
        { IndexName: 'ab' },
        constraint('indexName', "'ab'", 'Member must have length greater than or equal to 3'),
      ),
    ]);
  });
});

describe('Query on a global index', () => {
  const refusedHere = (name: string, change: object, message: string): RefusedCase => ({
    name,
    request: () => ({
      TableName: table,
      IndexName: 'of-g',
      KeyConditionExpression: 'g = :g',
      ExpressionAttributeValues: { ':g': S('x') },
      ...change,
    }),
    error: 'ValidationException',
    message,
  });
  refuses('Query', [
    refusedHere(
      'consistent reads are refused',
      { ConsistentRead: true },
      'Consistent reads are not supported on global secondary indexes',
    ),
    refusedHere(
      'the partition key of the table is refused',
      { KeyConditionExpression: 'a = :g' },
      'Query condition missed key schema element: g',
    ),
    refusedHere(
      'a second condition is refused where there is no sort key',
      {
        KeyConditionExpression: 'g = :g AND b = :b',
        ExpressionAttributeValues: { ':g': S('x'), ':b': N(1) },
      },
      'Query key condition not supported',
    ),
    refusedHere(
      'an empty key value is refused',
      { ExpressionAttributeValues: { ':g': S('') } },
      'One or more parameter values are not valid. A value specified for a secondary index key is not supported. ' +
        'The AttributeValue for a key attribute cannot contain an empty string value. IndexName: of-g, IndexKey: g',
    ),
  ]);

  test('without a sort key gives all of its partition, each once, whatever the page', async () => {
    for (const forward of [true, false]) {
      for (const size of [1, 5]) {
        const found: Item[] = [];
        const pages = paginateQuery(
          { client, pageSize: size },
          {
            TableName: table,
            IndexName: 'of-g',
            KeyConditionExpression: 'g = :g',
            ExpressionAttributeValues: { ':g': S('x') },
            ScanIndexForward: forward,
          },
        );
        for await (const { Items: page } of pages) found.push(...(page as Item[]));
        expectSame(found, items);
      }
    }
  });

  test('takes items from every partition of the table', async () => {
    const spread = await makeIndexed(
      { keys: 'id:S', attributes: 'g:S', global: [index('of-g', 'g')] },
      'spread',
    );
    const across = Array.from({ length: 30 }, (_, n) => ({ id: S(`id${n}`), g: S(`g${n % 2}`) }));
    await put(spread, ...across);
    for (const g of ['g0', 'g1']) {
      const answer = await ok('Query', {
        TableName: spread,
        IndexName: 'of-g',
        KeyConditionExpression: 'g = :g',
        ExpressionAttributeValues: { ':g': S(g) },
      });
      expectSame(
        answer.Items,
        across.filter((item) => item.g.S === g),
      );
    }
  });
});

describe('Query on a local index', () => {
  test('reads consistently', async () => {
    for (let n = 0; n < 20; ++n) {
      await put(table, { a: S('fresh'), b: N(n), s: N(n) });
      const answer = await ok('Query', {
        TableName: table,
        IndexName: 'by-s',
        KeyConditionExpression: 'a = :a',
        ExpressionAttributeValues: { ':a': S('fresh') },
        ConsistentRead: true,
      });
      expect(answer.Count).toBe(n + 1);
    }
  });
});

describe('sort keys', () => {
  const hex = (text: string) => ({ B: Buffer.from(text, 'hex').toString('base64') });
  test.each<[string, object[]]>([
    ['S', ['A', 'B', 'a', 'a\u0000', 'aa', 'ab', 'b', 'é', 'ﬀ', '😀'].map(S)],
    [
      'N',
      [
        `-${'9'.repeat(38)}${'0'.repeat(88)}`,
        '-100',
        '-12.5',
        '-1',
        '-0.001',
        '0',
        '0.' + '1'.padStart(130, '0'),
        '0.5',
        '9',
        '10',
        '12345678901234567890123456789012345678',
        '1'.padEnd(126, '0'),
      ].map(N),
    ],
    ['B', ['00', '0000', '0001', '01', '7f', '80', 'fe', 'ff', 'ff00', 'ffff'].map(hex)],
  ])('of type %s come in their order', async (type, values) => {
    const ordered = await makeIndexed(
      {
        keys: 'a:S b:N',
        attributes: `g:${type} s:${type}`,
        local: [index('by-s', 'a / s', 'KEYS_ONLY')],
        global: [index('of-s', 'g / s', 'KEYS_ONLY'), index('of-g', 'g / b', 'KEYS_ONLY')],
      },
      'ordered',
    );
    const shuffled = [...values.entries()].sort(() => Math.random() - 0.5);
    const rows = shuffled.map(([n, s]) => ({ a: S('p'), b: N(n), g: values[0], s }));
    await put(ordered, ...(rows as Item[]));
    for (const [indexName, partition, value] of [
      ['by-s', 'a', S('p')],
      ['of-s', 'g', values[0]],
    ] as const) {
      const answer = await ok('Query', {
        TableName: ordered,
        IndexName: indexName,
        KeyConditionExpression: `${partition} = :p`,
        ExpressionAttributeValues: { ':p': value },
      });
      expect(answer.Items.map((item: { s: object }) => item.s)).toEqual(values);
    }
  });
});

test('a page ends at 1 MB of what the index holds', async () => {
  const large = await makeIndexed(
    {
      keys: 'a:S b:N',
      attributes: 'c:N',
      local: [index('by-c', 'a / c', 'KEYS_ONLY')],
      global: [index('of-a', 'a / c')],
    },
    'megabyte',
  );
  for (let n = 0; n < 24; ++n) {
    await put(large, { a: S('p'), b: N(n), c: N(n), x: S('x'.repeat(100_000)) });
  }
  const counts = async (indexName: string, more: object = {}) => {
    const counted: number[] = [];
    let from: object | undefined;
    do {
      const answer = await ok('Query', {
        TableName: large,
        IndexName: indexName,
        KeyConditionExpression: 'a = :a',
        ExpressionAttributeValues: { ':a': S('p') },
        ExclusiveStartKey: from,
        ...more,
      });
      if (answer.Count > 0) counted.push(answer.Count);
      from = answer.LastEvaluatedKey;
    } while (from);
    return counted;
  };
  expect(await counts('of-a')).toEqual([11, 11, 2]);
  expect(await counts('by-c')).toEqual([24]);
  // What is fetched from the table counts as well; how much of it fits is not promised.
  const fetched = await counts('by-c', { Select: 'ALL_ATTRIBUTES' });
  expect(fetched.reduce((sum, count) => sum + count)).toBe(24);
  expect(Math.max(...fetched)).toBeLessThan(12);
});
