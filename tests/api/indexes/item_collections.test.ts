// Item collections: the items of one partition key and their rows in local indexes.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { callAt, type Json } from '../support/call.ts';
import { itemSize, type Item } from '../support/item_size.ts';
import { killLeftovers, makeFolder, removeFolder, Server } from '../support/server.ts';
import { call, expectError, ok } from '../support/service.ts';
import { index, indexedRequest, makeIndexed, N, pick, put, S, type Shape } from './tables.ts';

const local: Shape = {
  keys: 'a:S b:S',
  attributes: 'c:S',
  local: [index('by-c', 'a / c', ['x'])],
};

describe('ItemCollectionMetrics', () => {
  let table: string;
  beforeAll(async () => {
    table = await makeIndexed(local, 'collections');
    await put(table, { a: S('there'), b: S('1'), c: S('c') });
  });
  const key = { a: S('p'), b: S('1') };
  const metrics = (a: string) => ({
    ItemCollectionKey: { a: S(a) },
    SizeEstimateRangeGB: [0, 1],
  });
  const writes: [string, string, object, string][] = [
    ['a put', 'PutItem', { Item: { ...key, c: S('c') } }, 'p'],
    ['a put in no index', 'PutItem', { Item: { ...key } }, 'p'],
    ['an update', 'UpdateItem', { Key: key, UpdateExpression: 'REMOVE x' }, 'p'],
    ['a delete', 'DeleteItem', { Key: { a: S('there'), b: S('1') } }, 'there'],
    ['a delete of nothing', 'DeleteItem', { Key: { a: S('none'), b: S('1') } }, 'none'],
  ];

  test.each(writes)('of %s', async (_name, operation, request, collection) => {
    const named = { TableName: table, ...request };
    const answer = await ok(operation, { ...named, ReturnItemCollectionMetrics: 'SIZE' });
    expect(answer).toEqual({ ItemCollectionMetrics: metrics(collection) });
    expect(await ok(operation, { ...named, ReturnItemCollectionMetrics: 'NONE' })).toEqual({});
    expect(await ok(operation, named)).toEqual({});
  });

  test('stand beside the attributes that were asked for', async () => {
    await put(table, { ...key, c: S('old') });
    const answer = await ok('PutItem', {
      TableName: table,
      Item: { ...key, c: S('new') },
      ReturnValues: 'ALL_OLD',
      ReturnItemCollectionMetrics: 'SIZE',
    });
    expect(answer).toEqual({
      Attributes: { ...key, c: S('old') },
      ItemCollectionMetrics: metrics('p'),
    });
  });

  test('of a batch: one for each collection', async () => {
    const other = await makeIndexed({ keys: 'id:S', attributes: '' }, 'plain');
    const item = (a: string, b: string) => ({ PutRequest: { Item: { a: S(a), b: S(b) } } });
    const answer = await ok('BatchWriteItem', {
      RequestItems: {
        [table]: [
          item('p', '1'),
          item('p', '2'),
          item('q', '1'),
          { DeleteRequest: { Key: { a: S('r'), b: S('1') } } },
        ],
        [other]: [{ PutRequest: { Item: { id: S('1') } } }],
      },
      ReturnItemCollectionMetrics: 'SIZE',
    });
    expect(Object.keys(answer.ItemCollectionMetrics)).toEqual([table]);
    const listed = answer.ItemCollectionMetrics[table];
    expect(listed).toHaveLength(3);
    expect(listed).toEqual(expect.arrayContaining(['p', 'q', 'r'].map(metrics)));
  });

  test('are not there without a local index', async () => {
    for (const shape of [
      { keys: 'a:S b:S', attributes: '' },
      { keys: 'a:S b:S', attributes: 'c:S', global: [index('of-c', 'c')] },
    ]) {
      const name = await makeIndexed(shape, 'no-local');
      for (const [, operation, request] of writes) {
        const named = { TableName: name, ...request };
        const answer = await ok(operation, { ...named, ReturnItemCollectionMetrics: 'SIZE' });
        expect(answer).toEqual({});
      }
    }
  });

  test('are not there when the condition does not hold', async () => {
    const answer = await call('PutItem', {
      TableName: table,
      Item: key,
      ConditionExpression: 'attribute_exists(nothing)',
      ReturnItemCollectionMetrics: 'SIZE',
    });
    expectError(answer, 'ConditionalCheckFailedException');
    expect(answer.body).not.toHaveProperty('ItemCollectionMetrics');
  });
});

describe('the limit of an item collection', () => {
  const limit = 20_000;
  let folder: string;
  let server: Server;
  beforeAll(async () => {
    folder = await makeFolder();
    const args = ['--item-collection-limit', `${limit}`];
    server = await Server.start({ folder, args });
    for (const [name, shape] of Object.entries(shapes)) {
      await fine('CreateTable', indexedRequest(name, shape));
      for (;;) {
        const { Table: table } = await fine('DescribeTable', { TableName: name });
        if (table.TableStatus === 'ACTIVE') break;
      }
    }
  });
  afterAll(async () => {
    await server?.stop();
    killLeftovers();
    await removeFolder(folder);
  });

  const shapes: Record<string, Shape> = {
    limited: local,
    unlimited: { keys: 'a:S b:S', attributes: 'c:S', global: [index('of-a', 'a / c')] },
  };
  const send = (operation: string, request: Json) => callAt(server.endpoint, operation, request);
  const fine = async (operation: string, request: Json) => {
    const answer = await send(operation, request);
    expect(answer.status, answer.text).toBe(200);
    return answer.body;
  };
  const refused = async (operation: string, request: Json) =>
    expectError(
      await send(operation, request),
      'ItemCollectionSizeLimitExceededException',
      'Collection size exceeded.',
    );

  const item = (a: string, n: number, more: Item = {}): Item => ({
    ...{ a: S(a), b: S(`${n}`.padStart(3, '0')), x: S('x'.repeat(970)) },
    ...more,
  });
  const putting = (a: string, n: number, more: Item = {}) => ({
    TableName: 'limited',
    Item: item(a, n, more),
  });
  /** Puts items until one is refused, and gives their number. */
  async function fill(a: string, more: Item = {}): Promise<number> {
    for (let n = 0; n < 100; ++n) {
      const answer = await send('PutItem', putting(a, n, more));
      if (answer.status !== 200) {
        expectError(answer, 'ItemCollectionSizeLimitExceededException');
        return n;
      }
    }
    throw new Error('no item was refused');
  }
  const count = async (a: string) =>
    (
      await fine('Query', {
        TableName: 'limited',
        KeyConditionExpression: 'a = :a',
        ExpressionAttributeValues: { ':a': S(a) },
        Select: 'COUNT',
      })
    ).Count;

  /** So many items of this size are about what the limit allows; rows have some bytes of their own. */
  function expectFull(made: number, size: number): void {
    expect((made * size) / limit).toBeGreaterThan(0.8);
    expect((made * size) / limit).toBeLessThan(1.1);
  }

  test('counts the items', async () => {
    const made = await fill('items');
    expect(await count('items')).toBe(made);
    expectFull(made, itemSize(item('items', 0)));
    await refused('PutItem', putting('items', made));
  });

  test('counts the rows of the local index with them', async () => {
    const one = item('rows', 0, { c: S('c') });
    const made = await fill('rows', { c: S('c') });
    expectFull(made, itemSize(one) + itemSize(pick(one, ['a', 'b', 'c', 'x'])));
  });

  test('refuses what grows and takes what shrinks', async () => {
    const made = await fill('full');
    const key = { a: S('full'), b: S('000') };
    const update = (expression: string, values?: Item) => ({
      TableName: 'limited',
      Key: key,
      UpdateExpression: expression,
      ExpressionAttributeValues: values,
    });
    const grow = update('SET y = :y', { ':y': S('y'.repeat(1500)) });
    await refused('UpdateItem', grow);
    await refused('PutItem', putting('full', 0, { y: S('y'.repeat(1500)) }));
    await refused('BatchWriteItem', {
      RequestItems: { limited: [{ PutRequest: { Item: item('full', made) } }] },
    });
    expect((await fine('GetItem', { TableName: 'limited', Key: key })).Item).toEqual(
      item('full', 0),
    );
    expect(await count('full')).toBe(made);

    await fine('UpdateItem', update('SET x = :x', { ':x': S('x'.repeat(100)) }));
    await fine('DeleteItem', { TableName: 'limited', Key: { a: S('full'), b: S('001') } });
    await fine('PutItem', putting('full', made));
    expect(await count('full')).toBe(made);
  });

  test('is of one collection alone, and of tables with a local index alone', async () => {
    await fill('mine');
    await fine('PutItem', putting('yours', 0));
    for (let n = 0; n < 40; ++n) {
      await fine('PutItem', { TableName: 'unlimited', Item: item('mine', n, { c: S('c') }) });
    }
  });

  test('holds after a restart', async () => {
    const made = await fill('kept');
    await server.kill();
    server = await Server.start({ folder, args: ['--item-collection-limit', `${limit}`] });
    await refused('PutItem', putting('kept', made));
    await fine('DeleteItem', { TableName: 'limited', Key: { a: S('kept'), b: S('000') } });
    await fine('PutItem', putting('kept', made));
  });

  test('of many writers at once lets no more in', async () => {
    const answers = await Promise.all(
      Array.from({ length: 60 }, (_, n) => send('PutItem', putting('race', n, { n: N(n) }))),
    );
    const made = answers.filter((answer) => answer.status === 200).length;
    expect(await count('race')).toBe(made);
    expectFull(made, itemSize(item('race', 0, { n: N(10) })));
  });
});
