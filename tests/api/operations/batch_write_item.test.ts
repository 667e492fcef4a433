import { BatchWriteItemCommand } from '@aws-sdk/client-dynamodb';
import { BatchWriteCommand } from '@aws-sdk/lib-dynamodb';
import { beforeAll, describe, expect, test } from 'vitest';
import { call, client, documents, makeTable, ok, refuses } from '../support/service.ts';

describe('BatchWriteItem', () => {
  let table: string;
  let other: string;
  beforeAll(async () => {
    [table, other] = await Promise.all(
      ['id:S', 'id:S at:N'].map((keys) => makeTable(keys, 'batch')),
    );
  });

  const key = (id: string) => ({ id: { S: id } });
  const put = (id: string, rest: object = {}) => ({
    PutRequest: { Item: { ...key(id), ...rest } },
  });
  const remove = (id: string) => ({ DeleteRequest: { Key: key(id) } });
  const get = async (id: string) =>
    (await ok('GetItem', { TableName: table, Key: key(id), ConsistentRead: true })).Item;

  test('puts and deletes in several tables', async () => {
    await ok('PutItem', { TableName: table, Item: key('there') });
    const row = { ...key('x'), at: { N: '1' } };
    const answer = await client.send(
      new BatchWriteItemCommand({
        RequestItems: {
          [table]: [put('one', { v: { N: '1' } }), put('two'), remove('there'), remove('nobody')],
          [other]: [{ PutRequest: { Item: row } }],
        },
      }),
    );
    expect(answer.UnprocessedItems).toEqual({});
    expect(await get('one')).toEqual({ ...key('one'), v: { N: '1' } });
    expect(await get('two')).toEqual(key('two'));
    expect(await get('there')).toBeUndefined();
    expect((await ok('GetItem', { TableName: other, Key: row })).Item).toEqual(row);
  });

  test('answers with what is left undone and nothing else', async () => {
    expect(await ok('BatchWriteItem', { RequestItems: { [table]: [put('plain')] } })).toEqual({
      UnprocessedItems: {},
    });
  });

  test('25 requests of the document client', async () => {
    const names = Array.from({ length: 25 }, (_, index) => `many-${index}`);
    const answer = await documents.send(
      new BatchWriteCommand({
        RequestItems: { [table]: names.map((id) => ({ PutRequest: { Item: { id, n: 1 } } })) },
      }),
    );
    expect(answer.UnprocessedItems).toEqual({});
    const found = await Promise.all(names.map(get));
    expect(found.every((item) => item?.n.N === '1')).toBe(true);
  });

  test('takes the ARN of a table for its name', async () => {
    const { Table: described } = await ok('DescribeTable', { TableName: table });
    await ok('BatchWriteItem', { RequestItems: { [described.TableArn]: [put('by arn')] } });
    expect(await get('by arn')).toEqual(key('by arn'));
  });

  test('consumed capacity is told per table', async () => {
    const request = {
      RequestItems: {
        [table]: [put('large', { text: { S: 'x'.repeat(3000) } }), put('small'), remove('nobody')],
        [other]: [{ PutRequest: { Item: { ...key('x'), at: { N: '2' } } } }],
      },
    };
    const total = await ok('BatchWriteItem', { ...request, ReturnConsumedCapacity: 'TOTAL' });
    expect(total.ConsumedCapacity).toHaveLength(2);
    expect(total.ConsumedCapacity).toEqual(
      expect.arrayContaining([
        { TableName: table, CapacityUnits: 5 },
        { TableName: other, CapacityUnits: 1 },
      ]),
    );
    const indexes = await ok('BatchWriteItem', { ...request, ReturnConsumedCapacity: 'INDEXES' });
    expect(indexes.ConsumedCapacity).toEqual(
      expect.arrayContaining([
        { TableName: table, CapacityUnits: 5, Table: { CapacityUnits: 5 } },
        { TableName: other, CapacityUnits: 1, Table: { CapacityUnits: 1 } },
      ]),
    );
  });

  test('item collection metrics are for tables with local indexes only', async () => {
    const answer = await ok('BatchWriteItem', {
      RequestItems: { [table]: [put('metrics')] },
      ReturnItemCollectionMetrics: 'SIZE',
    });
    expect(answer.ItemCollectionMetrics ?? {}).toEqual({});
  });

  const of = (requests: unknown) => () => ({ RequestItems: { [table]: requests } });
  const nullMember = (path: string) =>
    `1 validation error detected: Value null at '${path}' failed to satisfy constraint: Member must not be null`;
  const mapValue =
    /^1 validation error detected: .* failed to satisfy constraint: Map value must satisfy constraint: \[Member must have length less than or equal to 25, Member must have length greater than or equal to 1\]$/;

  describe('refuses', () => {
    refuses('BatchWriteItem', [
      {
        name: 'no requests',
        request: {},
        error: 'ValidationException',
        message: nullMember('requestItems'),
      },
      {
        name: 'no table',
        request: { RequestItems: {} },
        error: 'ValidationException',
        message: 'The requestItems parameter is required for BatchWriteItem',
      },
      {
        name: 'an empty list',
        request: of([]),
        error: 'ValidationException',
        message: mapValue,
      },
      {
        name: '26 requests for a table',
        request: of(Array.from({ length: 26 }, (_, index) => put(`n${index}`))),
        error: 'ValidationException',
        message: mapValue,
      },
      {
        name: '26 requests in all',
        request: () => ({
          RequestItems: {
            [table]: Array.from({ length: 25 }, (_, index) => put(`n${index}`)),
            [other]: [{ PutRequest: { Item: { ...key('x'), at: { N: '2' } } } }],
          },
        }),
        error: 'ValidationException',
        message: 'Too many items requested for the BatchWriteItem call',
      },
      {
        name: 'a put without an item',
        request: () => ({ RequestItems: { abc: [{ PutRequest: {} }] } }),
        error: 'ValidationException',
        message: nullMember('requestItems.abc.member.1.member.putRequest.item'),
      },
      {
        name: 'a delete without a key',
        request: () => ({ RequestItems: { abc: [{ DeleteRequest: {} }] } }),
        error: 'ValidationException',
        message: nullMember('requestItems.abc.member.1.member.deleteRequest.key'),
      },
      {
        name: 'one key twice',
        request: of([put('twice'), remove('twice')]),
        error: 'ValidationException',
        message: 'Provided list of item keys contains duplicates',
      },
      {
        name: 'one number key twice, in two spellings',
        request: () => ({
          RequestItems: {
            [other]: ['1', '1.0'].map((at) => ({
              PutRequest: { Item: { ...key('x'), at: { N: at } } },
            })),
          },
        }),
        error: 'ValidationException',
        message: 'Provided list of item keys contains duplicates',
      },
      {
        name: 'an unknown table',
        request: { RequestItems: { 'nosuch-table': [put('x')] } },
        error: 'ResourceNotFoundException',
        message: 'Requested resource not found',
      },
      {
        name: 'an item without its key',
        request: of([{ PutRequest: { Item: { v: { N: '1' } } } }]),
        error: 'ValidationException',
        message: 'The provided key element does not match the schema',
      },
      {
        name: 'an item whose key has another type',
        request: of([{ PutRequest: { Item: { id: { N: '1' } } } }]),
        error: 'ValidationException',
        message: 'The provided key element does not match the schema',
      },
      {
        name: 'an item with an empty key',
        request: of([{ PutRequest: { Item: { id: { S: '' } } } }]),
        error: 'ValidationException',
        message:
          'One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain an empty string value. Key: id',
      },
      {
        name: 'a delete with half a key',
        request: () => ({ RequestItems: { [other]: [remove('x')] } }),
        error: 'ValidationException',
        message: 'The provided key element does not match the schema',
      },
      {
        name: 'an item that is too large',
        request: of([put('big', { text: { S: 'x'.repeat(409_600) } })]),
        error: 'ValidationException',
        message: 'Item size has exceeded the maximum allowed size',
      },
      {
        name: 'a string for a request',
        request: of(['x']),
        error: 'SerializationException',
        message: 'Unexpected value type in payload',
      },
    ]);

    test('and then writes nothing at all', async () => {
      const { status } = await call('BatchWriteItem', {
        RequestItems: { [table]: [put('none of it'), { PutRequest: { Item: {} } }] },
      });
      expect(status).toBe(400);
      expect(await get('none of it')).toBeUndefined();
    });
  });
});
