import { TransactGetItemsCommand } from '@aws-sdk/client-dynamodb';
import { beforeAll, describe, expect, test } from 'vitest';
import { call, client, expectError, makeTable, ok, refuses } from '../support/service.ts';

describe('TransactGetItems', () => {
  let table: string;
  let other: string;
  beforeAll(async () => {
    [table, other] = await Promise.all(
      ['id:S', 'id:S at:N'].map((keys) => makeTable(keys, 'transact-get')),
    );
    for (const id of ['a', 'b', 'large'])
      await ok('PutItem', {
        TableName: table,
        Item: { ...key(id), n: { N: '1' }, t: { S: id === 'large' ? 'x'.repeat(5000) : id } },
      });
    await ok('PutItem', { TableName: other, Item: { ...key('a'), at: { N: '1' } } });
  });

  const key = (id: string) => ({ id: { S: id } });
  const get = (id: string, more: object = {}) => ({
    Get: { TableName: table, Key: key(id), ...more },
  });

  test('gives items of several tables in the order of the request', async () => {
    const row = { ...key('a'), at: { N: '1' } };
    const answer = await client.send(
      new TransactGetItemsCommand({
        TransactItems: [
          get('b', {
            ProjectionExpression: '#n, nothing',
            ExpressionAttributeNames: { '#n': 'n' },
          }),
          get('nobody'),
          { Get: { TableName: other, Key: row } },
          get('a', { ProjectionExpression: 'nothing' }),
          get('nobody2', { ProjectionExpression: 'n' }),
        ],
      }),
    );
    expect(answer.Responses).toEqual([
      { Item: { n: { N: '1' } } },
      {},
      { Item: row },
      { Item: {} },
      {},
    ]);
    expect(answer.ConsumedCapacity).toBeUndefined();
  });

  test('consumed capacity is twice that of consistent reads', async () => {
    const request = {
      TransactItems: [
        get('a'),
        { Get: { TableName: other, Key: { ...key('a'), at: { N: '1' } } } },
        get('large'),
        get('nobody'),
      ],
    };
    const total = await ok('TransactGetItems', { ...request, ReturnConsumedCapacity: 'TOTAL' });
    expect(total.ConsumedCapacity).toEqual([
      { TableName: table, CapacityUnits: 8, ReadCapacityUnits: 8 },
      { TableName: other, CapacityUnits: 2, ReadCapacityUnits: 2 },
    ]);
    const indexes = await ok('TransactGetItems', { ...request, ReturnConsumedCapacity: 'INDEXES' });
    expect(indexes.ConsumedCapacity[1]).toEqual({
      TableName: other,
      CapacityUnits: 2,
      ReadCapacityUnits: 2,
      Table: { CapacityUnits: 2, ReadCapacityUnits: 2 },
    });
  });

  test('a hundred items, and no more', async () => {
    const items = Array.from({ length: 101 }, (_, index) => get(`many-${index}`));
    expectError(
      await call('TransactGetItems', { TransactItems: items }),
      'ValidationException',
      /at 'transactItems' failed to satisfy constraint: Member must have length less than or equal to 100$/,
    );
    const answer = await ok('TransactGetItems', { TransactItems: items.slice(1) });
    expect(answer.Responses).toEqual(Array(100).fill({}));
  });

  test('4 MB at most', async () => {
    const ids = Array.from({ length: 11 }, (_, index) => `four-${index}`);
    for (const id of ids)
      await ok('PutItem', {
        TableName: table,
        Item: { ...key(id), t: { S: 'x'.repeat(390_000) } },
      });
    const answer = await ok('TransactGetItems', {
      TransactItems: ids.slice(1).map((id) => get(id)),
    });
    expect(answer.Responses).toHaveLength(10);
    expectError(
      await call('TransactGetItems', { TransactItems: ids.map((id) => get(id)) }),
      'ValidationException',
      'Transaction request cannot include more than 4 MB of data',
    );
  });

  test('a key of another type is a reason to cancel', async () => {
    const answer = await call('TransactGetItems', {
      TransactItems: [get('a'), { Get: { TableName: table, Key: { id: { N: '1' } } } }],
    });
    expectError(answer, 'TransactionCanceledException');
    expect(answer.body.CancellationReasons).toEqual([
      { Code: 'None' },
      { Code: 'ValidationError', Message: 'The provided key element does not match the schema' },
    ]);
  });

  refuses('TransactGetItems', [
    {
      name: 'an element without Get',
      request: { TransactItems: [{}] },
      error: 'ValidationException',
      message:
        "1 validation error detected: Value null at 'transactItems.1.member.get' failed to " +
        'satisfy constraint: Member must not be null',
    },
    {
      name: 'an item twice',
      request: () => ({ TransactItems: [get('a'), get('a')] }),
      error: 'ValidationException',
      message: 'Transaction request cannot include multiple operations on one item',
    },
    {
      name: 'an empty key',
      request: () => ({ TransactItems: [get('')] }),
      error: 'ValidationException',
      message: /cannot contain an empty string value/,
    },
    {
      name: 'names without an expression',
      request: () => ({ TransactItems: [get('a', { ExpressionAttributeNames: { '#n': 'n' } })] }),
      error: 'ValidationException',
      message: 'ExpressionAttributeNames can only be specified when using expressions',
    },
    {
      name: 'a table that is not there',
      request: { TransactItems: [{ Get: { TableName: 'nosuch', Key: { id: { S: 'x' } } } }] },
      error: 'ResourceNotFoundException',
    },
  ]);
});
