// What a stream tells of writes: of which ones, as what, with which images.
import { describe, expect, test } from 'vitest';
import type { Json } from '../support/call.ts';
import { itemSize, type Item } from '../support/item_size.ts';
import { call, expectError, ok } from '../support/service.ts';
import {
  iterator,
  makeStreamed,
  records,
  sdkRecords,
  told,
  views,
  type Streamed,
  type View,
} from './streams.ts';

const key = { id: { S: 'a' } };
const item = (n: number): Item => ({ ...key, n: { N: String(n) } });

/** Writes to a new table; gives what its stream tells of that. */
async function toldOf(write: (table: string) => Promise<unknown>): Promise<string[]> {
  const { table, arn } = await makeStreamed();
  await write(table);
  return told(await records(arn));
}

const put = (table: string, what: object, more: object = {}) =>
  ok('PutItem', { TableName: table, Item: what, ...more });
const drop = (table: string, more: object = {}) =>
  ok('DeleteItem', { TableName: table, Key: key, ...more });
const update = (
  table: string,
  expression: string | undefined,
  values?: object,
  more: object = {},
) =>
  ok('UpdateItem', {
    TableName: table,
    Key: key,
    UpdateExpression: expression,
    ExpressionAttributeValues: values,
    ...more,
  });
const batch = (table: string, ...requests: Json[]) =>
  ok('BatchWriteItem', { RequestItems: { [table]: requests } });
const run = (table: string, statement: string) =>
  ok('ExecuteStatement', { Statement: statement.replaceAll('@', `"${table}"`) });

describe('a write is told as what it was', () => {
  test('PutItem', async () => {
    const found = toldOf(async (table) => {
      await put(table, item(1));
      await put(table, item(2));
    });
    expect(await found).toEqual(['INSERT a', 'MODIFY a']);
  });

  test('UpdateItem', async () => {
    const found = toldOf(async (table) => {
      await update(table, 'SET n = :n', { ':n': { N: '1' } });
      await update(table, 'ADD n :n', { ':n': { N: '1' } });
      await update(table, 'REMOVE n');
    });
    expect(await found).toEqual(['INSERT a', 'MODIFY a', 'MODIFY a']);
  });

  test('UpdateItem without an expression makes an item, once', async () => {
    const found = toldOf(async (table) => {
      await update(table, undefined);
      await update(table, undefined);
    });
    expect(await found).toEqual(['INSERT a']);
  });

  test('DeleteItem', async () => {
    const found = toldOf(async (table) => {
      await put(table, item(1));
      await drop(table);
      await put(table, item(1));
    });
    expect(await found).toEqual(['INSERT a', 'REMOVE a', 'INSERT a']);
  });

  test('BatchWriteItem', async () => {
    const { table, arn } = await makeStreamed();
    await put(table, { id: { S: 'there' } });
    await put(table, { id: { S: 'gone' } });
    await batch(
      table,
      { PutRequest: { Item: { id: { S: 'new' } } } },
      { PutRequest: { Item: { id: { S: 'there' }, n: { N: '1' } } } },
      { DeleteRequest: { Key: { id: { S: 'gone' } } } },
      { DeleteRequest: { Key: { id: { S: 'never there' } } } },
    );
    const found = told(await records(arn)).slice(2);
    expect(found.sort()).toEqual(['INSERT new', 'MODIFY there', 'REMOVE gone']);
  });

  test('PartiQL', async () => {
    const found = toldOf(async (table) => {
      await run(table, "INSERT INTO @ VALUE {'id': 'a', 'n': 1}");
      await run(table, "UPDATE @ SET n = 2 WHERE id = 'a'");
      await run(table, "UPDATE @ SET n = 2 WHERE id = 'a'");
      await run(table, "DELETE FROM @ WHERE id = 'a'");
      const statements = ['b', 'c'].map((id) => ({
        Statement: `INSERT INTO "${table}" VALUE {'id': '${id}'}`,
      }));
      await ok('BatchExecuteStatement', { Statements: statements });
    });
    expect((await found).slice(0, 3)).toEqual(['INSERT a', 'MODIFY a', 'REMOVE a']);
    expect((await found).slice(3).sort()).toEqual(['INSERT b', 'INSERT c']);
  });

  test('TransactWriteItems, in each table', async () => {
    const [one, two] = [await makeStreamed(), await makeStreamed()];
    for (const id of ['there', 'gone', 'checked']) await put(one.table, { id: { S: id } });
    const of = (made: Streamed, id: string) => ({ TableName: made.table, Key: { id: { S: id } } });
    await ok('TransactWriteItems', {
      TransactItems: [
        { Put: { TableName: one.table, Item: { id: { S: 'new' } } } },
        {
          Update: {
            ...of(one, 'there'),
            UpdateExpression: 'SET n = :n',
            ExpressionAttributeValues: { ':n': { N: '1' } },
          },
        },
        { Delete: of(one, 'gone') },
        { Delete: of(one, 'never there') },
        { ConditionCheck: { ...of(one, 'checked'), ConditionExpression: 'attribute_exists(id)' } },
        { Put: { TableName: two.table, Item: item(1) } },
      ],
    });
    const found = (await records(one.arn)).slice(3);
    expect(told(found).sort()).toEqual(['INSERT new', 'MODIFY there', 'REMOVE gone']);
    expect(told(await records(two.arn))).toEqual(['INSERT a']);
    for (const each of found) expect(each).not.toHaveProperty('userIdentity');
  });

  test('a write with a condition that holds, and with values returned', async () => {
    const found = toldOf(async (table) => {
      await put(table, item(1), { ConditionExpression: 'attribute_not_exists(id)' });
      const values = { ':n': { N: '2' } };
      await update(table, 'SET n = :n', values, { ReturnValues: 'ALL_NEW' });
      await drop(table, { ReturnValues: 'ALL_OLD' });
    });
    expect(await found).toEqual(['INSERT a', 'MODIFY a', 'REMOVE a']);
  });

  test('once, on a table with indexes', async () => {
    const index = (name: string, ...names: string[]) => ({
      IndexName: name,
      KeySchema: names.map((each, n) => ({ AttributeName: each, KeyType: n ? 'RANGE' : 'HASH' })),
      Projection: { ProjectionType: 'ALL' },
    });
    const { table, arn } = await makeStreamed('id:S at:N', 'KEYS_ONLY', {
      AttributeDefinitions: ['id:S', 'at:N', 'team:S'].map((each) => ({
        AttributeName: each.split(':')[0],
        AttributeType: each.split(':')[1],
      })),
      GlobalSecondaryIndexes: [index('of-team', 'team', 'at')],
      LocalSecondaryIndexes: [index('by-team', 'id', 'team')],
    });
    const row = (team?: string) => ({ ...key, at: { N: '1' }, ...(team && { team: { S: team } }) });
    for (const team of ['red', 'blue', undefined, 'red']) await put(table, row(team));
    await ok('DeleteItem', { TableName: table, Key: row() });
    expect(told(await records(arn))).toEqual([
      'INSERT a 1',
      'MODIFY a 1',
      'MODIFY a 1',
      'MODIFY a 1',
      'REMOVE a 1',
    ]);
  });
});

describe('a write that changes nothing is not told', () => {
  const whole: Item = {
    ...key,
    n: { N: '1' },
    m: { M: { one: { S: '1' }, two: { L: [{ NULL: true }] } } },
    ss: { SS: ['x', 'y'] },
    ns: { NS: ['1', '2'] },
  };
  const writes: [string, (table: string) => Promise<unknown>][] = [
    ['the same item put', (table) => put(table, whole)],
    [
      'the same item in another order',
      (table) => put(table, Object.fromEntries(Object.entries(whole).reverse())),
    ],
    ['the same number, written otherwise', (table) => put(table, { ...whole, n: { N: '1.00' } })],
    ['the same set in another order', (table) => put(table, { ...whole, ss: { SS: ['y', 'x'] } })],
    ['an update to the same value', (table) => update(table, 'SET n = :n', { ':n': { N: '1' } })],
    ['an addition of nothing', (table) => update(table, 'ADD n :n', { ':n': { N: '0' } })],
    ['a member that a set has', (table) => update(table, 'ADD ns :n', { ':n': { NS: ['2'] } })],
    ['a removal of what is not there', (table) => update(table, 'REMOVE absent, m.three')],
    ['the same item in a batch', (table) => batch(table, { PutRequest: { Item: whole } })],
    [
      'a deletion of no item',
      (table) => ok('DeleteItem', { TableName: table, Key: { id: { S: 'b' } } }),
    ],
    [
      'a deletion of no item in a batch',
      (table) => batch(table, { DeleteRequest: { Key: { id: { S: 'b' } } } }),
    ],
    ['the same value by a statement', (table) => run(table, "UPDATE @ SET n = 1 WHERE id = 'a'")],
    [
      'a put whose condition fails',
      async (table) =>
        expectError(
          await call('PutItem', {
            TableName: table,
            Item: item(9),
            ConditionExpression: 'attribute_not_exists(id)',
          }),
          'ConditionalCheckFailedException',
        ),
    ],
    [
      'an update and a deletion whose conditions fail',
      async (table) => {
        const condition = { ConditionExpression: 'attribute_not_exists(id)' };
        const request = { TableName: table, Key: key, ...condition };
        const set = { UpdateExpression: 'SET n = id' };
        expectError(
          await call('UpdateItem', { ...request, ...set }),
          'ConditionalCheckFailedException',
        );
        expectError(await call('DeleteItem', request), 'ConditionalCheckFailedException');
      },
    ],
    [
      'a transaction that is cancelled',
      async (table) =>
        expectError(
          await call('TransactWriteItems', {
            TransactItems: [
              { Put: { TableName: table, Item: { id: { S: 'b' } } } },
              {
                Delete: {
                  TableName: table,
                  Key: key,
                  ConditionExpression: 'attribute_not_exists(id)',
                },
              },
            ],
          }),
          'TransactionCanceledException',
        ),
    ],
    [
      'a transaction of the same item',
      (table) =>
        ok('TransactWriteItems', { TransactItems: [{ Put: { TableName: table, Item: whole } }] }),
    ],
  ];
  test.each(writes)('%s', async (_name, write) => {
    const { table, arn } = await makeStreamed();
    await put(table, whole);
    await write(table);
    await put(table, item(2));
    expect(told(await records(arn))).toEqual(['INSERT a', 'MODIFY a']);
  });
});

const all: Item = {
  s: { S: 'text, \u00e9, \u{1f600}, \0' },
  empty: { S: '' },
  n: { N: '-12345678901234567890.123456789012345678' },
  b: { B: 'AP8=' },
  yes: { BOOL: true },
  no: { BOOL: false },
  nothing: { NULL: true },
  l: { L: [{ S: 'x' }, { L: [] }, { M: {} }, { N: '0.001' }] },
  m: { M: { inner: { M: { deep: { B: '' } } } } },
  ss: { SS: ['a', 'b'] },
  ns: { NS: ['-1', '0.5'] },
  bs: { BS: ['AA==', '/w=='] },
};

/** Sets have no order of their own. */
function sorted(value: Json): Json {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [
      name,
      ['SS', 'NS', 'BS'].includes(name) ? [...(inner as string[])].sort() : sorted(inner),
    ]),
  );
}

describe('a record', () => {
  const keys: Item = { id: { B: 'AAEC' }, at: { N: '1.5' } };
  const first: Item = { ...keys, ...all };
  const second: Item = { ...keys, n: { N: '0' } };

  async function write(view: View): Promise<Streamed> {
    const made = await makeStreamed('id:B at:N', view);
    await put(made.table, first);
    await put(made.table, second);
    await ok('DeleteItem', { TableName: made.table, Key: keys });
    return made;
  }

  /** What the view shows of each of the three writes. */
  function images(view: View): { NewImage?: Item; OldImage?: Item }[] {
    const withNew = view === 'NEW_IMAGE' || view === 'NEW_AND_OLD_IMAGES';
    const withOld = view === 'OLD_IMAGE' || view === 'NEW_AND_OLD_IMAGES';
    const shown = (from?: Item, to?: Item) => ({
      ...(to && withNew && { NewImage: to }),
      ...(from && withOld && { OldImage: from }),
    });
    return [shown(undefined, first), shown(first, second), shown(second, undefined)];
  }

  test.each(views)('of %s, whole, with items of all types', async (view) => {
    const start = Math.floor(Date.now() / 1000) - 1;
    const { arn } = await write(view);
    const found = await records(arn);
    const names = ['INSERT', 'MODIFY', 'REMOVE'];
    const expected = images(view).map((shown, place) => ({
      eventID: expect.stringMatching(/^[0-9a-f]{32}$/),
      eventName: names[place],
      eventVersion: '1.1',
      eventSource: 'aws:dynamodb',
      awsRegion: 'us-east-1',
      dynamodb: {
        ApproximateCreationDateTime: expect.any(Number),
        Keys: keys,
        ...sorted(shown),
        SequenceNumber: expect.stringMatching(/^\d{21,40}$/),
        SizeBytes:
          itemSize(keys) +
          Object.values(shown).reduce((bytes, image) => bytes + itemSize(image), 0),
        StreamViewType: view,
      },
    }));
    expect(sorted(found)).toEqual(expected);
    for (const { dynamodb } of found) {
      expect(dynamodb.ApproximateCreationDateTime).toBeGreaterThanOrEqual(start);
      expect(dynamodb.ApproximateCreationDateTime).toBeLessThan(start + 60);
    }
    expect(new Set(found.map(({ eventID }) => eventID)).size).toBe(3);
  });

  test('as the SDK reads it', async () => {
    const { arn } = await write('NEW_AND_OLD_IMAGES');
    const found = await sdkRecords(await iterator(arn, 'TRIM_HORIZON'));
    expect(found.map(({ eventName }) => eventName)).toEqual(['INSERT', 'MODIFY', 'REMOVE']);
    const [inserted, , removed] = found.map(({ dynamodb }) => dynamodb!);
    expect(inserted.ApproximateCreationDateTime).toBeInstanceOf(Date);
    expect(inserted.Keys).toEqual({ id: { B: new Uint8Array([0, 1, 2]) }, at: { N: '1.5' } });
    expect(inserted.NewImage).toMatchObject({ s: all.s, n: all.n, nothing: all.nothing });
    expect(inserted.NewImage!.b).toEqual({ B: new Uint8Array([0, 255]) });
    expect(inserted.OldImage).toBeUndefined();
    expect(removed.NewImage).toBeUndefined();
    expect(removed.OldImage!.n).toEqual({ N: '0' });
  });

  test('is the same whenever it is read', async () => {
    const { arn } = await write('NEW_AND_OLD_IMAGES');
    expect(await records(arn)).toEqual(await records(arn));
  });

  test('has a number above those before', async () => {
    const { table, arn } = await makeStreamed();
    for (let n = 0; n < 30; ++n) await put(table, item(n));
    const requests = Array.from({ length: 25 }, (_, n) => ({
      PutRequest: { Item: { id: { S: String(n) } } },
    }));
    await batch(table, ...requests);
    const numbers = (await records(arn)).map(({ dynamodb }) => BigInt(dynamodb.SequenceNumber));
    expect(numbers).toHaveLength(55);
    for (let n = 1; n < numbers.length; ++n) expect(numbers[n]).toBeGreaterThan(numbers[n - 1]);
  });

  test('of the largest items', async () => {
    const { table, arn } = await makeStreamed();
    const large = (letter: string) => {
      const made: Item = { ...key, text: { S: '' } };
      return { ...made, text: { S: letter.repeat(400 * 1024 - itemSize(made)) } };
    };
    await put(table, large('x'));
    await put(table, large('y'));
    const found = await records(arn);
    expect(found).toHaveLength(2);
    expect(found[1].dynamodb.SizeBytes).toBe(itemSize(key) + 2 * 400 * 1024);
    expect(found[1].dynamodb.OldImage).toEqual(large('x'));
    expect(found[1].dynamodb.NewImage).toEqual(large('y'));
  });
});
