// ConsumedCapacity of writes and reads that have to do with indexes.
import { beforeAll, describe, expect, test } from 'vitest';
import { itemSize, type Item } from '../support/item_size.ts';
import { ok } from '../support/service.ts';
import { index, makeIndexed, N, pick, put, S } from './tables.ts';

const text = (length: number) => S('x'.repeat(length));

interface Units {
  table: number;
  /** Of the local index by-c, which holds keys alone. */
  local?: number;
  /** Of the global index of-d, which holds x as well. */
  global?: number;
}

/** What ReturnConsumedCapacity INDEXES shows of these units. */
function shown(name: string, { table, local = 0, global = 0 }: Units) {
  return {
    TableName: name,
    CapacityUnits: table + local + global,
    Table: { CapacityUnits: table },
    ...(local > 0 && { LocalSecondaryIndexes: { 'by-c': { CapacityUnits: local } } }),
    ...(global > 0 && { GlobalSecondaryIndexes: { 'of-d': { CapacityUnits: global } } }),
  };
}

let table: string;
beforeAll(async () => {
  table = await makeIndexed(
    {
      keys: 'a:S b:S',
      attributes: 'c:S d:S',
      local: [index('by-c', 'a / c', 'KEYS_ONLY')],
      global: [index('of-d', 'd', ['x'])],
    },
    'capacity',
  );
});

type Change = [expression: string, values?: Item];
interface Case {
  name: string;
  before?: Item;
  /** A whole item to put, an update, or nothing: a delete. */
  put?: Item;
  update?: Change;
  units: Units;
}

const [c, d] = [S('c'), S('d')];
const cases: Case[] = [
  { name: 'a new item in no index', put: { x: S('x') }, units: { table: 1 } },
  { name: 'a new item in the local index', put: { c }, units: { table: 1, local: 1 } },
  { name: 'a new item in the global index', put: { d }, units: { table: 1, global: 1 } },
  { name: 'a new item in both', put: { c, d }, units: { table: 1, local: 1, global: 1 } },
  {
    name: 'a new item with a long projected attribute',
    put: { c, d, x: text(1500) },
    units: { table: 2, local: 1, global: 2 },
  },
  {
    name: 'a new item with a long attribute that is not projected',
    put: { c, d, y: text(3500) },
    units: { table: 4, local: 1, global: 1 },
  },
  {
    name: 'an update that makes an item',
    update: ['SET c = :c, d = :d', { ':c': c, ':d': d }],
    units: { table: 1, local: 1, global: 1 },
  },
  {
    name: 'the same item again',
    before: { c, d, x: text(1500) },
    put: { c, d, x: text(1500) },
    units: { table: 2 },
  },
  {
    name: 'an update to the same values',
    before: { c, d },
    update: ['SET c = :c, d = :d', { ':c': c, ':d': d }],
    units: { table: 1 },
  },
  {
    name: 'another key in the local index',
    before: { c, d },
    update: ['SET c = :c', { ':c': S('c2') }],
    units: { table: 1, local: 2 },
  },
  {
    name: 'another key in the global index',
    before: { c, d },
    put: { c, d: S('d2') },
    units: { table: 1, global: 2 },
  },
  {
    name: 'another key in the global index, of long rows',
    before: { c, d, x: text(1500) },
    update: ['SET d = :d', { ':d': S('d2') }],
    units: { table: 2, global: 4 },
  },
  {
    name: 'another key in both',
    before: { c, d },
    update: ['SET c = :c, d = :d', { ':c': S('c2'), ':d': S('d2') }],
    units: { table: 1, local: 2, global: 2 },
  },
  {
    name: 'the key of the global index goes',
    before: { c, d, x: text(1500) },
    update: ['REMOVE d'],
    units: { table: 2, global: 2 },
  },
  {
    name: 'the key of the local index goes',
    before: { c, d },
    put: { d },
    units: { table: 1, local: 1 },
  },
  {
    name: 'the key of the global index comes',
    before: { c },
    update: ['SET d = :d', { ':d': d }],
    units: { table: 1, global: 1 },
  },
  {
    name: 'a projected attribute changes',
    before: { c, d, x: S('1') },
    update: ['SET x = :x', { ':x': S('2') }],
    units: { table: 1, global: 1 },
  },
  {
    name: 'a projected attribute grows',
    before: { c, d, x: S('1') },
    update: ['SET x = :x', { ':x': text(1500) }],
    units: { table: 2, global: 2 },
  },
  {
    name: 'a projected attribute shrinks',
    before: { c, d, x: text(1500) },
    put: { c, d, x: S('1') },
    units: { table: 2, global: 2 },
  },
  {
    name: 'a projected attribute goes',
    before: { c, d, x: S('1') },
    update: ['REMOVE x'],
    units: { table: 1, global: 1 },
  },
  {
    name: 'an attribute that is not projected changes',
    before: { c, d, y: text(1500) },
    update: ['SET y = :y', { ':y': S('2') }],
    units: { table: 2 },
  },
  {
    name: 'an item in no index changes',
    before: { x: S('1') },
    put: { x: S('2') },
    units: { table: 1 },
  },
  { name: 'a delete', before: { c, d }, units: { table: 1, local: 1, global: 1 } },
  {
    name: 'a delete of a long item',
    before: { c, d, x: text(2500) },
    units: { table: 3, local: 1, global: 3 },
  },
  { name: 'a delete of an item in no index', before: { x: S('1') }, units: { table: 1 } },
  { name: 'a delete of nothing', units: { table: 1 } },
];

describe('a write costs', () => {
  const write = async ({ put: given, update }: Case, key: Item, more: object) => {
    const named = { TableName: table, ...more };
    if (given) return ok('PutItem', { ...named, Item: { ...key, ...given } });
    if (!update) return ok('DeleteItem', { ...named, Key: key });
    return ok('UpdateItem', {
      ...named,
      Key: key,
      UpdateExpression: update[0],
      ExpressionAttributeValues: update[1],
    });
  };

  test.each(cases)('$name: $units', async (given) => {
    const units = given.units;
    const total = units.table + (units.local ?? 0) + (units.global ?? 0);
    for (const [form, expected] of [
      ['INDEXES', shown(table, units)],
      ['TOTAL', { TableName: table, CapacityUnits: total }],
      ['NONE', undefined],
    ]) {
      const key = { a: S(form as string), b: S(given.name) };
      if (given.before) await put(table, { ...key, ...given.before });
      const answer = await write(given, key, { ReturnConsumedCapacity: form });
      expect(answer.ConsumedCapacity).toEqual(expected);
    }
  });

  test('by the KB of the row', async () => {
    for (const size of [1024, 1025, 2048, 2049]) {
      const key = { a: S('KB'), b: S(`${size}`), d };
      const rest = size - itemSize({ ...key, x: S('') });
      const answer = await ok('PutItem', {
        TableName: table,
        Item: { ...key, x: text(rest), y: text(3000) },
        ReturnConsumedCapacity: 'INDEXES',
      });
      expect(answer.ConsumedCapacity.GlobalSecondaryIndexes).toEqual({
        'of-d': { CapacityUnits: Math.ceil(size / 1024) },
      });
    }
  });

  test('in a batch what its parts cost', async () => {
    const other = await makeIndexed(
      { keys: 'id:S', attributes: 'd:S', global: [index('of-d', 'd', ['x'])] },
      'batch',
    );
    await put(table, { a: S('batch'), b: S('old'), c, d });
    const request = {
      RequestItems: {
        [table]: [
          { PutRequest: { Item: { a: S('batch'), b: S('1'), c, d, x: text(1500) } } },
          { PutRequest: { Item: { a: S('batch'), b: S('2') } } },
          { DeleteRequest: { Key: { a: S('batch'), b: S('old') } } },
          { DeleteRequest: { Key: { a: S('batch'), b: S('none') } } },
        ],
        [other]: [{ PutRequest: { Item: { id: S('1'), d } } }],
      },
    };
    const first = await ok('BatchWriteItem', { ...request, ReturnConsumedCapacity: 'INDEXES' });
    expect(first.ConsumedCapacity).toHaveLength(2);
    expect(first.ConsumedCapacity).toEqual(
      expect.arrayContaining([
        shown(table, { table: 5, local: 2, global: 3 }),
        shown(other, { table: 1, global: 1 }),
      ]),
    );
    // Now it is all there: nothing changes in any index.
    const second = await ok('BatchWriteItem', { ...request, ReturnConsumedCapacity: 'TOTAL' });
    expect(second.ConsumedCapacity).toEqual(
      expect.arrayContaining([
        { TableName: table, CapacityUnits: 5 },
        { TableName: other, CapacityUnits: 1 },
      ]),
    );
  });
});

describe('a read costs', () => {
  // A little over 2 KB each, of which the indexes hold some hundred bytes.
  const rows = Array.from({ length: 10 }, (_, n) => ({
    ...{ a: S('read'), b: S(`${n}`), c: S(`c${n}`), d: S('read'), n: N(n) },
    ...{ x: text(900), y: text(1200 + 500 * n) },
  }));
  const half = (bytes: number) => Math.ceil(bytes / 4096) / 2;
  const sum = (numbers: number[]) => numbers.reduce((total, number) => total + number, 0);
  const held = {
    'by-c': sum(rows.map((row) => itemSize(pick(row, ['a', 'b', 'c'])))),
    'of-d': sum(rows.map((row) => itemSize(pick(row, ['a', 'b', 'd', 'x'])))),
  };

  beforeAll(() => put(table, ...rows));

  const query = (indexName: string, more: object = {}) =>
    ok('Query', {
      TableName: table,
      IndexName: indexName,
      KeyConditionExpression: indexName === 'by-c' ? 'a = :p' : 'd = :p',
      ExpressionAttributeValues: { ':p': S('read') },
      ReturnConsumedCapacity: 'INDEXES',
      ...more,
    });

  test.each([
    ['a Query of a local index', 'by-c', {}, 0, half(held['by-c'])],
    ['a consistent one', 'by-c', { ConsistentRead: true }, 0, 2 * half(held['by-c'])],
    ['a Query of a global index', 'of-d', {}, 0, half(held['of-d'])],
    ['a COUNT of a local index', 'by-c', { Select: 'COUNT' }, 0, half(held['by-c'])],
    ['a COUNT of a global index', 'of-d', { Select: 'COUNT' }, 0, half(held['of-d'])],
    ['projected attributes', 'of-d', { ProjectionExpression: 'b' }, 0, half(held['of-d'])],
    ['projected attributes, locally', 'by-c', { ProjectionExpression: 'b' }, 0, 0.5],
    [
      'everything, which is fetched',
      'by-c',
      { Select: 'ALL_ATTRIBUTES' },
      sum(rows.map((row) => half(itemSize(row)))),
      0.5,
    ],
    [
      'one attribute, which is fetched',
      'by-c',
      { ProjectionExpression: 'n' },
      sum(rows.map((row) => half(itemSize(row)))),
      0.5,
    ],
    [
      'a consistent fetch',
      'by-c',
      { Select: 'ALL_ATTRIBUTES', ConsistentRead: true },
      2 * sum(rows.map((row) => half(itemSize(row)))),
      1,
    ],
    [
      'a fetch of two',
      'by-c',
      { Select: 'ALL_ATTRIBUTES', Limit: 2 },
      sum(rows.slice(0, 2).map((row) => half(itemSize(row)))),
      0.5,
    ],
  ])('%s', async (_name, indexName, more, ofTable, ofIndex) => {
    const { ConsumedCapacity: consumed } = await query(indexName, more);
    const list = indexName === 'by-c' ? 'LocalSecondaryIndexes' : 'GlobalSecondaryIndexes';
    expect(consumed).toEqual({
      TableName: table,
      CapacityUnits: ofTable + ofIndex,
      Table: { CapacityUnits: ofTable },
      [list]: { [indexName]: { CapacityUnits: ofIndex } },
    });
    const total = await query(indexName, { ...more, ReturnConsumedCapacity: 'TOTAL' });
    expect(total.ConsumedCapacity).toEqual({
      TableName: table,
      CapacityUnits: ofTable + ofIndex,
    });
  });

  test('the same whatever a filter drops', async () => {
    const { Count: count, ConsumedCapacity: consumed } = await query('of-d', {
      FilterExpression: 'attribute_not_exists(x)',
    });
    expect(count).toBe(0);
    expect(consumed.CapacityUnits).toBe(half(held['of-d']));
  });

  test('as much as 4 KB when nothing is found', async () => {
    for (const indexName of ['by-c', 'of-d']) {
      const { ConsumedCapacity: consumed } = await query(indexName, {
        ExpressionAttributeValues: { ':p': S('none') },
      });
      expect(consumed.CapacityUnits).toBe(0.5);
    }
  });

  test('a Scan by what the index holds', async () => {
    const scanned = await makeIndexed(
      {
        keys: 'a:S b:S',
        attributes: 'c:S d:S',
        local: [index('by-c', 'a / c', 'KEYS_ONLY')],
        global: [index('of-d', 'd', ['x'])],
      },
      'scanned',
    );
    await put(scanned, ...rows);
    for (const [indexName, list, consistent] of [
      ['by-c', 'LocalSecondaryIndexes', false],
      ['by-c', 'LocalSecondaryIndexes', true],
      ['of-d', 'GlobalSecondaryIndexes', false],
    ] as const) {
      const units = half(held[indexName]) * (consistent ? 2 : 1);
      const { ConsumedCapacity: consumed } = await ok('Scan', {
        TableName: scanned,
        IndexName: indexName,
        ConsistentRead: consistent,
        ReturnConsumedCapacity: 'INDEXES',
      });
      expect(consumed).toEqual({
        TableName: scanned,
        CapacityUnits: units,
        Table: { CapacityUnits: 0 },
        [list]: { [indexName]: { CapacityUnits: units } },
      });
    }
  });

  test('of the table alone nothing of its indexes', async () => {
    const { a, b } = rows[0];
    for (const [operation, request] of [
      ['GetItem', { Key: { a, b } }],
      [
        'Query',
        { KeyConditionExpression: 'a = :p', ExpressionAttributeValues: { ':p': S('none') } },
      ],
    ] as const) {
      const { ConsumedCapacity: consumed } = await ok(operation, {
        TableName: table,
        ReturnConsumedCapacity: 'INDEXES',
        ...request,
      });
      expect(Object.keys(consumed).sort()).toEqual(['CapacityUnits', 'Table', 'TableName']);
    }
  });
});
