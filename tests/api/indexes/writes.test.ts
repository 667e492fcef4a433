// What writes to a table do to its indexes.
import { BatchWriteCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import { beforeAll, describe, expect, test } from 'vitest';
import type { Item } from '../support/item_size.ts';
import { call, documents, expectError, ok } from '../support/service.ts';
import { expectIndexes, held, index, makeIndexed, N, put, S, type Shape } from './tables.ts';

const shape: Shape = {
  keys: 'a:S b:S',
  attributes: 'c:S d:N',
  local: [index('by-c', 'a / c', 'KEYS_ONLY'), index('by-d', 'a / d')],
  global: [
    index('of-c', 'c', ['x', 'm']),
    index('of-dc', 'd / c'),
    index('of-b', 'b / a', 'KEYS_ONLY'),
  ],
};

let table: string;
beforeAll(async () => {
  table = await makeIndexed(shape, 'writes');
  // Neighbours, which no write below may change.
  await put(
    table,
    { a: S('other'), b: S('1'), c: S('c1'), d: N(1) },
    { a: S('p'), b: S('neighbour'), c: S('c1'), d: N(1), x: S('x') },
  );
});

const query = (indexName: string, condition: string, values: object) =>
  ok('Query', {
    TableName: table,
    IndexName: indexName,
    KeyConditionExpression: condition,
    ExpressionAttributeValues: values,
  });

/** The sort keys of the items that are in one partition of the index of-c. */
async function inPartition(c: string): Promise<string[]> {
  const { Items: items } = await query('of-c', 'c = :c', { ':c': S(c) });
  return items.map((item: { b: { S: string } }) => item.b.S).sort();
}

type Rest = Item | undefined;
type Write = (key: Item) => [string, object];

const putting =
  (rest: Item): Write =>
  (key) => ['PutItem', { Item: { ...key, ...rest } }];
const updating =
  (expression: string, values?: Item): Write =>
  (key) => [
    'UpdateItem',
    { Key: key, UpdateExpression: expression, ExpressionAttributeValues: values },
  ];
const deleting: Write = (key) => ['DeleteItem', { Key: key }];
const batched =
  (put: boolean, rest: Item = {}): Write =>
  (key) => [
    'BatchWriteItem',
    {
      RequestItems: {
        [table]: [
          put ? { PutRequest: { Item: { ...key, ...rest } } } : { DeleteRequest: { Key: key } },
        ],
      },
    },
  ];

const whole = { c: S('c2'), d: N(2), x: S('x'), y: S('y') };
const { c: _c, ...withoutC } = whole;
const { d: _d, ...withoutD } = whole;

const cases: { name: string; before: Rest; write: Write; after: Rest }[] = [
  // PutItem
  { name: 'a new item', before: undefined, write: putting(whole), after: whole },
  {
    name: 'a new item without an index key',
    before: undefined,
    write: putting(withoutC),
    after: withoutC,
  },
  {
    name: 'a new item without any',
    before: undefined,
    write: putting({ x: S('x') }),
    after: { x: S('x') },
  },
  { name: 'the same again', before: whole, write: putting(whole), after: whole },
  {
    name: 'a replacement in another partition of an index',
    before: whole,
    write: putting({ ...whole, c: S('c3') }),
    after: { ...whole, c: S('c3') },
  },
  {
    name: 'a replacement with another sort key of an index',
    before: whole,
    write: putting({ ...whole, d: N(-2) }),
    after: { ...whole, d: N(-2) },
  },
  {
    name: 'a replacement without an index key',
    before: whole,
    write: putting(withoutC),
    after: withoutC,
  },
  { name: 'a replacement with one', before: withoutC, write: putting(whole), after: whole },
  {
    name: 'a replacement with another projected attribute',
    before: whole,
    write: putting({ ...whole, x: N(5) }),
    after: { ...whole, x: N(5) },
  },
  {
    name: 'a replacement with another attribute that is not projected',
    before: whole,
    write: putting({ ...whole, y: N(5) }),
    after: { ...whole, y: N(5) },
  },
  // UpdateItem
  {
    name: 'an update that makes the item',
    before: undefined,
    write: updating('SET c = :c, d = :d', { ':c': S('c4'), ':d': N(4) }),
    after: { c: S('c4'), d: N(4) },
  },
  {
    name: 'an update of an index key',
    before: whole,
    write: updating('SET c = :c', { ':c': S('c5') }),
    after: { ...whole, c: S('c5') },
  },
  {
    name: 'an update of all index keys',
    before: whole,
    write: updating('SET c = :c, d = :d', { ':c': S('c5'), ':d': N('0.5') }),
    after: { ...whole, c: S('c5'), d: N('0.5') },
  },
  {
    name: 'an update to the same index key',
    before: whole,
    write: updating('SET c = :c', { ':c': S('c2') }),
    after: whole,
  },
  {
    name: 'an update that removes an index key',
    before: whole,
    write: updating('REMOVE c'),
    after: withoutC,
  },
  {
    name: 'an update that removes another index key',
    before: whole,
    write: updating('REMOVE d'),
    after: withoutD,
  },
  {
    name: 'an update that counts an index key up',
    before: whole,
    write: updating('ADD d :n', { ':n': N(40) }),
    after: { ...whole, d: N(42) },
  },
  {
    name: 'an update that counts an index key from nothing',
    before: withoutD,
    write: updating('ADD d :n', { ':n': N(7) }),
    after: { ...whole, d: N(7) },
  },
  {
    name: 'an update with arithmetic on an index key',
    before: whole,
    write: updating('SET d = d - :n', { ':n': N(3) }),
    after: { ...whole, d: N(-1) },
  },
  {
    name: 'an update of an index key from another attribute',
    before: whole,
    write: updating('SET c = y'),
    after: { ...whole, c: S('y') },
  },
  {
    name: 'an update of an index key that is there already',
    before: whole,
    write: updating('SET c = if_not_exists(c, :c)', { ':c': S('c6') }),
    after: whole,
  },
  {
    name: 'an update of an index key that is not there yet',
    before: withoutC,
    write: updating('SET c = if_not_exists(c, :c)', { ':c': S('c2') }),
    after: whole,
  },
  {
    name: 'an update of a projected attribute',
    before: whole,
    write: updating('SET x = :x', { ':x': N(5) }),
    after: { ...whole, x: N(5) },
  },
  {
    name: 'an update inside a projected attribute',
    before: { ...whole, m: { M: { k: N(1) } } },
    write: updating('SET m.k = :n', { ':n': N(2) }),
    after: { ...whole, m: { M: { k: N(2) } } },
  },
  {
    name: 'an update that removes a projected attribute',
    before: whole,
    write: updating('REMOVE x'),
    after: { c: S('c2'), d: N(2), y: S('y') },
  },
  {
    name: 'an update of an attribute that is not projected',
    before: whole,
    write: updating('SET y = :y', { ':y': N(5) }),
    after: { ...whole, y: N(5) },
  },
  {
    name: 'an update of old kind',
    before: whole,
    write: (key) => [
      'UpdateItem',
      {
        Key: key,
        AttributeUpdates: {
          c: { Action: 'PUT', Value: S('c7') },
          d: { Action: 'DELETE' },
        },
      },
    ],
    after: { c: S('c7'), x: S('x'), y: S('y') },
  },
  // DeleteItem and BatchWriteItem
  { name: 'a delete', before: whole, write: deleting, after: undefined },
  { name: 'a delete of nothing', before: undefined, write: deleting, after: undefined },
  { name: 'a put of a batch', before: undefined, write: batched(true, whole), after: whole },
  {
    name: 'a replacing put of a batch',
    before: whole,
    write: batched(true, { ...withoutD, c: S('c8') }),
    after: { ...withoutD, c: S('c8') },
  },
  { name: 'a delete of a batch', before: whole, write: batched(false), after: undefined },
];

describe('the indexes follow', () => {
  test.each(cases)('$name', async ({ name, before, write, after }) => {
    const key = { a: S('p'), b: S(name) };
    if (before) await put(table, { ...key, ...before });
    const partition = (rest: Rest) => (rest?.c as { S: string } | undefined)?.S;

    const [operation, request] = write(key);
    const named = operation === 'BatchWriteItem' ? {} : { TableName: table };
    await ok(operation, { ...named, ...request });

    const { Item: item } = await ok('GetItem', { TableName: table, Key: key });
    expect(item).toEqual(after && { ...key, ...after });
    await expectIndexes(table);
    const [old, now] = [partition(before), partition(after)];
    if (now) expect(await inPartition(now)).toContain(name);
    if (old && old !== now) expect(await inPartition(old)).not.toContain(name);
    await ok('DeleteItem', { TableName: table, Key: key });
    await expectIndexes(table);
  });

  test('a write whose condition does not hold changes no index', async () => {
    const key = { a: S('p'), b: S('condition') };
    await put(table, { ...key, ...whole });
    const condition = { TableName: table, ConditionExpression: 'attribute_not_exists(a)' };
    for (const [operation, request] of [
      ['PutItem', { Item: { ...key, c: S('c9') } }],
      [
        'UpdateItem',
        {
          Key: key,
          UpdateExpression: 'SET c = :c',
          ExpressionAttributeValues: { ':c': S('c9') },
        },
      ],
      ['DeleteItem', { Key: key }],
    ] as const) {
      expectError(
        await call(operation, { ...condition, ...request }),
        'ConditionalCheckFailedException',
      );
    }
    expect(await inPartition('c9')).toEqual([]);
    expect(await inPartition('c2')).toContain('condition');
    await expectIndexes(table);
    await ok('DeleteItem', { TableName: table, Key: key });
  });

  test('a batch over several tables', async () => {
    const other = await makeIndexed(
      { keys: 'id:N', attributes: 'c:S', global: [index('of-c', 'c', 'KEYS_ONLY')] },
      'batch',
    );
    const requests = (kind: 'PutRequest' | 'DeleteRequest') =>
      Array.from({ length: 10 }, (_, n) =>
        kind === 'PutRequest'
          ? { PutRequest: { Item: { id: n, c: `c${n % 2}`, v: n } } }
          : { DeleteRequest: { Key: { id: n } } },
      );
    const ours = Array.from({ length: 10 }, (_, n) => ({
      PutRequest: { Item: { a: 'batch', b: `b${n}`, c: 'batched', d: n } },
    }));
    await documents.send(
      new BatchWriteCommand({ RequestItems: { [other]: requests('PutRequest'), [table]: ours } }),
    );
    await expectIndexes(other);
    await expectIndexes(table);
    const found = await documents.send(
      new QueryCommand({
        TableName: other,
        IndexName: 'of-c',
        KeyConditionExpression: 'c = :c',
        ExpressionAttributeValues: { ':c': 'c1' },
      }),
    );
    expect(found.Items!.map((item) => item.id).sort()).toEqual([1, 3, 5, 7, 9]);
    expect(await inPartition('batched')).toHaveLength(10);
    await documents.send(
      new BatchWriteCommand({ RequestItems: { [other]: requests('DeleteRequest') } }),
    );
    expect(await held(other, 'of-c')).toEqual([]);
  });
});

describe('index keys', () => {
  test('a number is the same in every spelling', async () => {
    const key = { a: S('numbers'), b: S('1') };
    await put(table, { ...key, d: N('10') });
    await ok('UpdateItem', {
      TableName: table,
      Key: key,
      UpdateExpression: 'SET d = :d',
      ExpressionAttributeValues: { ':d': N('1.0e1') },
    });
    const rows = await query('by-d', 'a = :a AND d = :d', { ':a': S('numbers'), ':d': N('010') });
    expect(rows.Items).toEqual([{ ...key, d: N('10') }]);
  });

  test('of which one is the beginning of another stay apart', async () => {
    const apart = await makeIndexed(
      {
        keys: 'a:S b:S',
        attributes: 'c:S d:S',
        local: [index('by-c', 'a / c')],
        global: [index('of-c', 'c / d'), index('of-d', 'd')],
      },
      'apart',
    );
    const texts = [
      'x',
      'x\u0000',
      'x\u0000\u0001',
      'x\u0001',
      'xx',
      'x\u00ff',
      '\u0000',
      'é',
      '😀',
    ];
    const items = texts.flatMap((c, i) =>
      texts.map((d, j) => ({ a: S('p'), b: S(`${d}${i}.${j}`), c: S(c), d: S(d) })),
    );
    await put(apart, ...items);
    await expectIndexes(apart);
    for (const c of texts) {
      for (const [d, expected] of [
        ['x', [c]],
        ['\u0000', [c]],
      ] as const) {
        const { Items: found } = await ok('Query', {
          TableName: apart,
          IndexName: 'of-c',
          KeyConditionExpression: 'c = :c AND d = :d',
          ExpressionAttributeValues: { ':c': S(c), ':d': S(d) },
        });
        expect(found.map((item: { c: { S: string } }) => item.c.S)).toEqual(expected);
      }
      const { Count: count } = await ok('Query', {
        TableName: apart,
        IndexName: 'by-c',
        KeyConditionExpression: 'a = :a AND c = :c',
        ExpressionAttributeValues: { ':a': S('p'), ':c': S(c) },
      });
      expect(count).toBe(texts.length);
    }
  });

  test('one item is one row, however many write it at once', async () => {
    const key = { a: S('race'), b: S('1') };
    await Promise.all(
      Array.from({ length: 40 }, async (_, n) => {
        const request =
          n % 8 === 7
            ? ok('DeleteItem', { TableName: table, Key: key })
            : ok('UpdateItem', {
                TableName: table,
                Key: key,
                UpdateExpression: 'SET c = :c, d = :d',
                ExpressionAttributeValues: { ':c': S(`race${n % 5}`), ':d': N(n) },
              });
        await request;
      }),
    );
    await expectIndexes(table);
    await put(table, { ...key, c: S('race-end') });
    expect(await inPartition('race-end')).toEqual(['1']);
    await expectIndexes(table);
  });

  test('writers of many items at once leave nothing behind', async () => {
    const write = (n: number) => {
      const key = { a: S('many'), b: S(`b${n % 6}`) };
      return n % 5 === 4
        ? ok('DeleteItem', { TableName: table, Key: key })
        : ok('PutItem', {
            TableName: table,
            Item: { ...key, c: S(`many${n % 4}`), d: N(n % 3), x: N(n) },
          });
    };
    for (let round = 0; round < 10; ++round) {
      await Promise.all(Array.from({ length: 16 }, (_, n) => write(round * 16 + n)));
    }
    await expectIndexes(table);
  });
});
