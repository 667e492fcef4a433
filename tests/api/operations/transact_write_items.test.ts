import { randomUUID } from 'node:crypto';
import {
  TransactionCanceledException,
  TransactWriteItemsCommand,
  type TransactWriteItem,
} from '@aws-sdk/client-dynamodb';
import { TransactWriteCommand } from '@aws-sdk/lib-dynamodb';
import { beforeAll, describe, expect, test } from 'vitest';
import type { Json } from '../support/call.ts';
import {
  call,
  client,
  documents,
  expectError,
  makeTable,
  ok,
  refuses,
} from '../support/service.ts';

describe('TransactWriteItems', () => {
  let table: string;
  let other: string;
  let indexed: string;
  beforeAll(async () => {
    [table, other, indexed] = await Promise.all([
      makeTable('id:S', 'transact'),
      makeTable('id:S at:N', 'transact'),
      makeTable('id:S at:N', 'transact', {
        AttributeDefinitions: [
          { AttributeName: 'id', AttributeType: 'S' },
          { AttributeName: 'at', AttributeType: 'N' },
          { AttributeName: 'g', AttributeType: 'S' },
        ],
        LocalSecondaryIndexes: [
          {
            IndexName: 'local',
            KeySchema: [
              { AttributeName: 'id', KeyType: 'HASH' },
              { AttributeName: 'g', KeyType: 'RANGE' },
            ],
            Projection: { ProjectionType: 'ALL' },
          },
        ],
        GlobalSecondaryIndexes: [
          {
            IndexName: 'global',
            KeySchema: [{ AttributeName: 'g', KeyType: 'HASH' }],
            Projection: { ProjectionType: 'ALL' },
          },
        ],
      }),
    ]);
  });

  const key = (id: string) => ({ id: { S: id } });
  const get = async (id: string) =>
    (await ok('GetItem', { TableName: table, Key: key(id), ConsistentRead: true })).Item;
  const put = (id: string, rest: object = {}, more: object = {}) => ({
    Put: { TableName: table, Item: { ...key(id), ...rest }, ...more },
  });
  const add = (id: string, amount: string, more: object = {}) => ({
    Update: {
      TableName: table,
      Key: key(id),
      UpdateExpression: 'ADD n :n',
      ExpressionAttributeValues: { ':n': { N: amount } },
      ...more,
    },
  });
  const remove = (id: string, more: object = {}) => ({
    Delete: { TableName: table, Key: key(id), ...more },
  });
  const check = (id: string, condition: string, more: object = {}) => ({
    ConditionCheck: { TableName: table, Key: key(id), ConditionExpression: condition, ...more },
  });
  const write = (...items: object[]) => ok('TransactWriteItems', { TransactItems: items });
  const reasonsOf = async (items: object[]): Promise<Json[]> => {
    const answer = await call('TransactWriteItems', { TransactItems: items });
    expectError(answer, 'TransactionCanceledException');
    return answer.body.CancellationReasons;
  };

  test('puts, updates, deletes and checks in several tables', async () => {
    await write(put('a', { n: { N: '1' } }), put('gone'), put('there'));
    const answer = await client.send(
      new TransactWriteItemsCommand({
        TransactItems: [
          put('new', { v: { S: 'x' } }),
          add('a', '41'),
          remove('gone'),
          check('there', 'attribute_exists(id)'),
          { Put: { TableName: other, Item: { ...key('x'), at: { N: '1' } } } },
        ] as TransactWriteItem[],
      }),
    );
    expect(answer.ConsumedCapacity).toBeUndefined();
    expect(await get('new')).toEqual({ ...key('new'), v: { S: 'x' } });
    expect(await get('a')).toEqual({ ...key('a'), n: { N: '42' } });
    expect(await get('gone')).toBeUndefined();
    expect(await get('there')).toEqual(key('there'));
    const row = { ...key('x'), at: { N: '1' } };
    expect((await ok('GetItem', { TableName: other, Key: row })).Item).toEqual(row);
  });

  test('answers with nothing that was not asked for', async () => {
    expect(await write(put('plain'))).toEqual({});
  });

  test('is cancelled as a whole, with the reasons in the order of the actions', async () => {
    await write(put('low', { n: { N: '1' } }));
    const answer = await call('TransactWriteItems', {
      TransactItems: [
        put('never'),
        add('low', '-5', {
          ConditionExpression: 'n >= :five',
          ExpressionAttributeValues: { ':n': { N: '-5' }, ':five': { N: '5' } },
          ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
        }),
        check('nobody', 'attribute_exists(id)'),
      ],
    });
    expect(answer.body).toEqual({
      __type: 'com.amazonaws.dynamodb.v20120810#TransactionCanceledException',
      CancellationReasons: [
        { Code: 'None' },
        {
          Code: 'ConditionalCheckFailed',
          Message: 'The conditional request failed',
          Item: { ...key('low'), n: { N: '1' } },
        },
        { Code: 'ConditionalCheckFailed', Message: 'The conditional request failed' },
      ],
      Message:
        'Transaction cancelled, please refer cancellation reasons for specific reasons ' +
        '[None, ConditionalCheckFailed, ConditionalCheckFailed]',
    });
    expect(answer.status).toBe(400);
    expect(await get('never')).toBeUndefined();
  });

  test('the SDK reads the reasons', async () => {
    const failed = documents.send(
      new TransactWriteCommand({
        TransactItems: [
          {
            Put: {
              TableName: table,
              Item: { id: 'sdk' },
              ConditionExpression: 'attribute_exists(id)',
            },
          },
        ],
      }),
    );
    await expect(failed).rejects.toBeInstanceOf(TransactionCanceledException);
    await failed.catch((error: TransactionCanceledException) =>
      expect(error.CancellationReasons?.map((reason) => reason.Code)).toEqual([
        'ConditionalCheckFailed',
      ]),
    );
  });

  test('what is found wrong while it is applied is a reason', async () => {
    await write(put('text', { n: { S: 'no number' } }));
    const reasons = await reasonsOf([
      put('other'),
      add('text', '1'),
      {
        Update: {
          TableName: table,
          Key: key('text2'),
          UpdateExpression: 'SET a = b',
        },
      },
    ]);
    expect(reasons.map((reason) => reason.Code)).toEqual([
      'None',
      'ValidationError',
      'ValidationError',
    ]);
    expect(reasons[1].Message).toBe(
      'An operand in the update expression has an incorrect data type',
    );
    expect(reasons[2].Message).toBe(
      'The provided expression refers to an attribute that does not exist in the item',
    );
  });

  test('keys of another type are reasons, empty ones refuse the request', async () => {
    const reasons = await reasonsOf([
      { Put: { TableName: table, Item: { id: { N: '1' } } } },
      { Delete: { TableName: table, Key: { id: { N: '1' } } } },
      put('fine'),
      { Put: { TableName: indexed, Item: { ...key('x'), at: { N: '1' }, g: { N: '1' } } } },
    ]);
    expect(reasons.map((reason) => reason.Message)).toEqual([
      'One or more parameter values were invalid: Type mismatch for key id expected: S actual: N',
      'The provided key element does not match the schema',
      undefined,
      'One or more parameter values were invalid: Type mismatch for Index Key g Expected: S ' +
        'Actual: N IndexName: global',
    ]);
    for (const empty of [put(''), remove('')]) {
      expectError(
        await call('TransactWriteItems', { TransactItems: [empty] }),
        'ValidationException',
        /cannot contain an empty string value/,
      );
    }
  });

  test('an index key that an update makes wrong is a reason', async () => {
    const row = { ...key('i'), at: { N: '1' } };
    await ok('PutItem', { TableName: indexed, Item: { ...row, n: { N: '1' } } });
    const reasons = await reasonsOf([
      { Update: { TableName: indexed, Key: row, UpdateExpression: 'SET g = n' } },
    ]);
    expect(reasons).toEqual([
      {
        Code: 'ValidationError',
        Message:
          'The update expression attempted to update the secondary index key to unsupported type',
      },
    ]);
  });

  describe('a client request token', () => {
    const withToken = (token: string, items: object[], more: object = {}) =>
      call('TransactWriteItems', { TransactItems: items, ClientRequestToken: token, ...more });

    test('makes it happen once', async () => {
      const token = randomUUID();
      const items = [add('once', '1')];
      const capacity = { ReturnConsumedCapacity: 'TOTAL' };
      const first = await withToken(token, items, capacity);
      expect(first.body.ConsumedCapacity).toEqual([
        { TableName: table, CapacityUnits: 2, WriteCapacityUnits: 2 },
      ]);
      const again = await Promise.all([1, 2, 3].map(() => withToken(token, items, capacity)));
      for (const answer of again) {
        expect(answer.status, answer.text).toBe(200);
        expect(answer.body.ConsumedCapacity).toEqual([
          { TableName: table, CapacityUnits: 2, ReadCapacityUnits: 2 },
        ]);
      }
      expect(await get('once')).toEqual({ ...key('once'), n: { N: '1' } });
    });

    test('does so for requests at the same time', async () => {
      const token = randomUUID();
      const answers = await Promise.all(
        Array.from({ length: 10 }, () => withToken(token, [add('at once', '1')])),
      );
      expect(answers.map((answer) => answer.status)).toEqual(Array(10).fill(200));
      expect(await get('at once')).toEqual({ ...key('at once'), n: { N: '1' } });
    });

    test('does not depend on the order of attributes', async () => {
      const token = randomUUID();
      const item = (...names: string[]) => ({
        Put: {
          TableName: table,
          Item: Object.fromEntries([...names.map((name) => [name, { S: name }]), ['s', set]]),
        },
      });
      let set: object = { SS: ['x', 'y'] };
      expect((await withToken(token, [item('id', 'a', 'b')])).status).toBe(200);
      set = { SS: ['y', 'x'] };
      expect((await withToken(token, [item('b', 'id', 'a')])).status).toBe(200);
    });

    test('refuses a request that asks for something else', async () => {
      const token = randomUUID();
      await withToken(token, [add('mismatch', '1')]);
      for (const items of [[add('mismatch', '2')], [add('mismatch', '1'), put('more')]]) {
        expectError(await withToken(token, items), 'IdempotentParameterMismatchException');
      }
      expect(await get('mismatch')).toEqual({ ...key('mismatch'), n: { N: '1' } });
    });

    test('of a cancelled transaction may be used again', async () => {
      const token = randomUUID();
      const items = [add('later', '1', { ConditionExpression: 'attribute_exists(id)' })];
      expectError(await withToken(token, items), 'TransactionCanceledException');
      await write(put('later', { n: { N: '1' } }));
      expect((await withToken(token, items)).status).toBe(200);
      expect(await get('later')).toEqual({ ...key('later'), n: { N: '2' } });
    });
  });

  test('consumed capacity is twice that of the writes alone, per table and index', async () => {
    const row = (at: number) => ({ ...key('c'), at: { N: String(at) }, g: { S: 'g' } });
    const request = {
      TransactItems: [
        { Put: { TableName: indexed, Item: { ...row(1), t: { S: 'x'.repeat(1500) } } } },
        { Put: { TableName: indexed, Item: { ...key('c'), at: { N: '2' } } } },
        put('capacity'),
        check('capacity check', 'attribute_not_exists(id)'),
      ],
    };
    const total = await ok('TransactWriteItems', { ...request, ReturnConsumedCapacity: 'TOTAL' });
    expect(total.ConsumedCapacity).toEqual([
      { TableName: indexed, CapacityUnits: 14, WriteCapacityUnits: 14 },
      { TableName: table, CapacityUnits: 4, WriteCapacityUnits: 4 },
    ]);
    request.TransactItems[0] = { Put: { TableName: indexed, Item: row(3) } };
    const indexes = await ok('TransactWriteItems', {
      ...request,
      ReturnConsumedCapacity: 'INDEXES',
    });
    const two = { CapacityUnits: 2, WriteCapacityUnits: 2 };
    const four = { CapacityUnits: 4, WriteCapacityUnits: 4 };
    expect(indexes.ConsumedCapacity).toEqual([
      {
        TableName: indexed,
        CapacityUnits: 8,
        WriteCapacityUnits: 8,
        Table: four,
        LocalSecondaryIndexes: { local: two },
        GlobalSecondaryIndexes: { global: two },
      },
      { TableName: table, ...four, Table: four },
    ]);
  });

  test('item collection metrics are told per table', async () => {
    const answer = await ok('TransactWriteItems', {
      TransactItems: [
        { Put: { TableName: indexed, Item: { ...key('m'), at: { N: '1' } } } },
        { Put: { TableName: indexed, Item: { ...key('m'), at: { N: '2' } } } },
        put('metrics'),
      ],
      ReturnItemCollectionMetrics: 'SIZE',
    });
    expect(answer.ItemCollectionMetrics).toEqual({
      [indexed]: [{ ItemCollectionKey: key('m'), SizeEstimateRangeGB: [0, 1] }],
    });
  });

  test('a hundred actions, and no more', async () => {
    const items = Array.from({ length: 101 }, (_, index) => put(`many-${index}`));
    expectError(
      await call('TransactWriteItems', { TransactItems: items }),
      'ValidationException',
      /at 'transactItems' failed to satisfy constraint: Member must have length less than or equal to 100$/,
    );
    await write(...items.slice(1));
    expect(await get('many-100')).toEqual(key('many-100'));
    expect(await get('many-0')).toBeUndefined();
  });

  test('4 MB at most', async () => {
    const large = { t: { S: 'x'.repeat(390_000) } };
    const items = Array.from({ length: 11 }, (_, index) => put(`large-${index}`, large));
    expectError(
      await call('TransactWriteItems', { TransactItems: items }),
      'ValidationException',
      'Transaction request cannot include more than 4 MB of data',
    );
    expect(await get('large-0')).toBeUndefined();
    await write(...items.slice(1));
    // Small requests, but of large items.
    const touched = items.slice(1).map((_, index) => add(`large-${index + 1}`, '1'));
    await write(...touched);
    const oneMore = { Put: { TableName: table, Item: { ...key('large-0'), ...large } } };
    expectError(
      await call('TransactWriteItems', { TransactItems: [...touched, oneMore] }),
      'ValidationException',
    );
  });

  const onlyOne = 'TransactItems can only contain one of Check, Put, Update or Delete';
  refuses('TransactWriteItems', [
    {
      name: 'no actions at all',
      request: {},
      error: 'ValidationException',
      message:
        "1 validation error detected: Value null at 'transactItems' failed to satisfy constraint: " +
        'Member must not be null',
    },
    {
      name: 'an empty list',
      request: { TransactItems: [] },
      error: 'ValidationException',
      message:
        "1 validation error detected: Value '[]' at 'transactItems' failed to satisfy " +
        'constraint: Member must have length greater than or equal to 1',
    },
    {
      name: 'an update without its expression',
      request: () => ({ TransactItems: [{ Update: { TableName: table, Key: key('x') } }] }),
      error: 'ValidationException',
      message:
        "1 validation error detected: Value null at 'transactItems.1.member.update.updateExpression' " +
        'failed to satisfy constraint: Member must not be null',
    },
    {
      name: 'a check without its condition',
      request: () => ({ TransactItems: [{ ConditionCheck: { TableName: table, Key: key('x') } }] }),
      error: 'ValidationException',
      message: /'transactItems.1.member.conditionCheck.conditionExpression' failed/,
    },
    {
      name: 'a token that is too long',
      request: () => ({ TransactItems: [put('x')], ClientRequestToken: 'x'.repeat(37) }),
      error: 'ValidationException',
      message: /at 'clientRequestToken' failed to satisfy constraint: Member must have length less/,
    },
    {
      name: 'an action that is none',
      request: { TransactItems: [{}] },
      error: 'ValidationException',
      message: onlyOne,
    },
    {
      name: 'an action that is two',
      request: () => ({ TransactItems: [{ ...put('x'), ...remove('y') }] }),
      error: 'ValidationException',
      message: onlyOne,
    },
    {
      name: 'an item twice',
      request: () => ({ TransactItems: [put('x'), check('x', 'attribute_exists(id)')] }),
      error: 'ValidationException',
      message: 'Transaction request cannot include multiple operations on one item',
    },
    {
      name: 'an expression that is none',
      request: () => ({ TransactItems: [check('x', 'id =')] }),
      error: 'ValidationException',
      message: /^Invalid ConditionExpression: Syntax error/,
    },
    {
      name: 'an item that is too large',
      request: () => ({ TransactItems: [put('x', { t: { S: 'x'.repeat(410_000) } })] }),
      error: 'ValidationException',
      message: 'Item size has exceeded the maximum allowed size',
    },
    {
      name: 'a table that is not there',
      request: { TransactItems: [{ Put: { TableName: 'nosuch', Item: key('x') } }] },
      error: 'ResourceNotFoundException',
      message: 'Requested resource not found',
    },
  ]);
});
