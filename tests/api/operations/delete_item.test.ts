import { DeleteItemCommand } from '@aws-sdk/client-dynamodb';
import { beforeAll, describe, expect, test } from 'vitest';
import {
  call,
  client,
  constraint,
  expectError,
  makeTable,
  ok,
  refuses,
  type RefusedCase,
} from '../support/service.ts';

describe('DeleteItem', () => {
  let table: string;
  beforeAll(async () => {
    table = await makeTable('id:S', 'delete');
  });

  const key = (id: string) => ({ id: { S: id } });
  const put = (id: string, rest: object = {}) =>
    ok('PutItem', { TableName: table, Item: { ...key(id), ...rest } });
  const get = async (id: string) =>
    (await ok('GetItem', { TableName: table, Key: key(id), ConsistentRead: true })).Item;

  test('takes the item away, and again without complaint', async () => {
    await put('gone');
    expect(await ok('DeleteItem', { TableName: table, Key: key('gone') })).toEqual({});
    expect(await get('gone')).toBeUndefined();
    expect(await ok('DeleteItem', { TableName: table, Key: key('gone') })).toEqual({});
  });

  test('ReturnValues ALL_OLD gives the item that was there', async () => {
    await put('old', { v: { N: '1' } });
    const remove = new DeleteItemCommand({
      TableName: table,
      Key: key('old'),
      ReturnValues: 'ALL_OLD',
    });
    expect((await client.send(remove)).Attributes).toEqual({ ...key('old'), v: { N: '1' } });
    expect((await client.send(remove)).Attributes).toBeUndefined();
  });

  test.each([
    ['nothing', undefined, 1],
    ['a small item', 10, 1],
    ['a large item', 5000, 5],
  ])('deleting %s consumes its size', async (name, length, units) => {
    for (const form of ['TOTAL', 'INDEXES']) {
      if (length) await put(name, { text: { S: 'x'.repeat(length) } });
      const answer = await ok('DeleteItem', {
        TableName: table,
        Key: key(name),
        ReturnConsumedCapacity: form,
      });
      expect(answer.ConsumedCapacity).toEqual({
        TableName: table,
        CapacityUnits: units,
        ...(form === 'INDEXES' ? { Table: { CapacityUnits: units } } : {}),
      });
    }
  });

  test('a condition decides', async () => {
    await put('if', { v: { N: '1' } });
    const remove = (value: string) =>
      call('DeleteItem', {
        TableName: table,
        Key: key('if'),
        ConditionExpression: '#v = :v',
        ExpressionAttributeNames: { '#v': 'v' },
        ExpressionAttributeValues: { ':v': { N: value } },
        ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
      });
    const refused = await remove('2');
    expectError(refused, 'ConditionalCheckFailedException', 'The conditional request failed');
    expect(refused.body.Item).toEqual({ ...key('if'), v: { N: '1' } });
    expect(await get('if')).toBeDefined();
    expect((await remove('1')).status).toBe(200);
    expect(await get('if')).toBeUndefined();
  });

  test('a condition on an item that is not there', async () => {
    const remove = (condition: string) =>
      call('DeleteItem', {
        TableName: table,
        Key: key('never'),
        ConditionExpression: condition,
        ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
      });
    const refused = await remove('attribute_exists(id)');
    expectError(refused, 'ConditionalCheckFailedException');
    expect(refused.body.Item).toBeUndefined();
    expect((await remove('attribute_not_exists(id)')).status).toBe(200);
  });

  const noMatch = 'The provided key element does not match the schema';
  const refused = (
    name: string,
    change: object,
    message: string | RegExp,
    error = 'ValidationException',
  ): RefusedCase => ({
    name,
    request: () => ({ TableName: table, Key: key('refused'), ...change }),
    error,
    message,
  });

  describe('refuses', () => {
    refuses('DeleteItem', [
      refused('no key', { Key: undefined }, constraint('key', 'null', 'Member must not be null')),
      refused('an empty key', { Key: {} }, noMatch),
      refused('more than a key', { Key: { ...key('x'), v: { N: '1' } } }, noMatch),
      refused('a key of another type', { Key: { id: { N: '1' } } }, noMatch),
      refused(
        'a table that is not there',
        { TableName: 'nosuch-table' },
        'Requested resource not found',
        'ResourceNotFoundException',
      ),
      ...['ALL_NEW', 'UPDATED_OLD', 'UPDATED_NEW'].map((form) =>
        refused(
          `ReturnValues ${form}`,
          { ReturnValues: form },
          'ReturnValues can only be ALL_OLD or NONE',
        ),
      ),
      refused(
        'a cut condition',
        { ConditionExpression: 'attribute_exists(id' },
        'Invalid ConditionExpression: Syntax error; token: "<EOF>", near: "id"',
      ),
    ]);
  });
});
