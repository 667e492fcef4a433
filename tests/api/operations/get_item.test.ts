import { GetItemCommand } from '@aws-sdk/client-dynamodb';
import { GetCommand } from '@aws-sdk/lib-dynamodb';
import { beforeAll, describe, expect, test } from 'vitest';
import {
  client,
  constraint,
  documents,
  makeTable,
  ok,
  refuses,
  type RefusedCase,
} from '../support/service.ts';

describe('GetItem', () => {
  let table: string;
  let sorted: string;
  const item = {
    id: { S: 'a' },
    at: { N: '1' },
    text: { S: 'text' },
    tree: { M: { list: { L: [{ N: '1' }, { N: '2' }, { N: '3' }] }, 'a.b': { S: 'dot' } } },
  };
  const key = { id: item.id, at: item.at };
  beforeAll(async () => {
    [table, sorted] = await Promise.all(
      ['id:S', 'id:S at:N'].map((keys) => makeTable(keys, 'get')),
    );
    await ok('PutItem', { TableName: sorted, Item: item });
    const large = { id: { S: 'large' }, text: { S: 'x'.repeat(4096 * 2) } };
    await ok('PutItem', { TableName: table, Item: large });
  });

  const get = (request: object) => ok('GetItem', { TableName: sorted, Key: key, ...request });

  test('gives the whole item', async () => {
    expect(await get({})).toEqual({ Item: item });
    expect(await get({ ConsistentRead: true })).toEqual({ Item: item });
    const { Item } = await client.send(new GetItemCommand({ TableName: sorted, Key: key }));
    expect(Item).toEqual(item);
  });

  test('gives nothing where there is nothing', async () => {
    expect(await get({ Key: { ...key, at: { N: '2' } } })).toEqual({});
  });

  test('works with the document client', async () => {
    const { Item } = await documents.send(
      new GetCommand({ TableName: sorted, Key: { id: 'a', at: 1 } }),
    );
    expect(Item?.tree).toEqual({ list: [1, 2, 3], 'a.b': 'dot' });
  });

  test.each(['1', '1.0', '01', '10e-1', '+1'])('finds the number key written as %s', async (at) => {
    expect(await get({ Key: { id: item.id, at: { N: at } } })).toEqual({ Item: item });
  });

  test.each<[string, object, object]>([
    ['one attribute', { ProjectionExpression: 'id' }, { id: item.id }],
    [
      'several',
      { ProjectionExpression: '#at, id', ExpressionAttributeNames: { '#at': 'at' } },
      key,
    ],
    ['none that is there', { ProjectionExpression: 'nosuch' }, {}],
    [
      'one behind a name',
      { ProjectionExpression: '#t', ExpressionAttributeNames: { '#t': 'text' } },
      { text: item.text },
    ],
    [
      'elements of a list',
      {
        ProjectionExpression: 'tree.#l[0], tree.#l[2]',
        ExpressionAttributeNames: { '#l': 'list' },
      },
      { tree: { M: { list: { L: [{ N: '1' }, { N: '3' }] } } } },
    ],
    [
      'a name with a dot in it',
      { ProjectionExpression: 'tree.#d', ExpressionAttributeNames: { '#d': 'a.b' } },
      { tree: { M: { 'a.b': { S: 'dot' } } } },
    ],
  ])('projects %s', async (_name, request, expected) => {
    expect(await get(request)).toEqual({ Item: expected });
  });

  test.each([
    [{}, 0.5],
    [{ ConsistentRead: false }, 0.5],
    [{ ConsistentRead: true }, 1],
    [{ Key: { id: { S: 'nobody' }, at: { N: '0' } } }, 0.5],
    [{ Key: { id: { S: 'nobody' }, at: { N: '0' } }, ConsistentRead: true }, 1],
  ])('%j consumes %f units', async (request, units) => {
    const total = await get({ ...request, ReturnConsumedCapacity: 'TOTAL' });
    expect(total.ConsumedCapacity).toEqual({ TableName: sorted, CapacityUnits: units });
    const indexes = await get({ ...request, ReturnConsumedCapacity: 'INDEXES' });
    expect(indexes.ConsumedCapacity).toEqual({
      TableName: sorted,
      CapacityUnits: units,
      Table: { CapacityUnits: units },
    });
    expect((await get({ ...request, ReturnConsumedCapacity: 'NONE' })).ConsumedCapacity).toBe(
      undefined,
    );
  });

  test('a large item consumes a unit for every 4 KB, projected or not', async () => {
    const large = {
      TableName: table,
      Key: { id: { S: 'large' } },
      ReturnConsumedCapacity: 'TOTAL',
    };
    const units = async (request: object) =>
      (await ok('GetItem', { ...large, ...request })).ConsumedCapacity.CapacityUnits;
    expect(await units({ ConsistentRead: true })).toBe(3);
    expect(await units({})).toBe(1.5);
    expect(await units({ ProjectionExpression: 'id' })).toBe(1.5);
  });

  const noMatch = 'The provided key element does not match the schema';
  const refused = (
    name: string,
    change: object,
    message: string | RegExp,
    error = 'ValidationException',
  ): RefusedCase => ({
    name,
    request: () => ({ TableName: sorted, Key: key, ...change }),
    error,
    message,
  });
  const projection = 'Invalid ProjectionExpression: ';

  describe('refuses', () => {
    refuses('GetItem', [
      refused('no key', { Key: undefined }, constraint('key', 'null', 'Member must not be null')),
      refused(
        'neither table nor key',
        { TableName: undefined, Key: undefined },
        /^2 validation errors detected: .*at '(key|tableName)'.*; .*at '(key|tableName)'/,
      ),
      refused(
        'a table that is not there',
        { TableName: 'nosuch-table' },
        'Requested resource not found',
        'ResourceNotFoundException',
      ),
      refused('half a key', { Key: { id: item.id } }, noMatch),
      refused('a key of another type', { Key: { id: item.id, at: { S: '1' } } }, noMatch),
      refused('more than a key', { Key: { ...key, text: item.text } }, noMatch),
      refused('another attribute', { Key: { id: item.id, text: item.text } }, noMatch),
      refused(
        'an empty key',
        { Key: { ...key, id: { S: '' } } },
        'One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain an empty string value. Key: id',
      ),
      refused(
        'a number that is none',
        { Key: { ...key, at: { N: 'one' } } },
        'The parameter cannot be converted to a numeric value: one',
      ),
      refused(
        'a word for a boolean',
        { ConsistentRead: 'yes' },
        'Unexpected token received from parser',
        'SerializationException',
      ),
      refused(
        'an empty projection',
        { ProjectionExpression: '' },
        `${projection}The expression can not be empty;`,
      ),
      refused(
        'a reserved word',
        { ProjectionExpression: 'name' },
        `${projection}Attribute name is a reserved keyword; reserved keyword: name`,
      ),
      refused(
        'the same path twice',
        { ProjectionExpression: 'id, id' },
        `${projection}Two document paths overlap with each other; must remove or rewrite one of these paths; path one: [id], path two: [id]`,
      ),
      refused(
        'a cut list',
        { ProjectionExpression: 'id,' },
        `${projection}Syntax error; token: "<EOF>", near: ","`,
      ),
      refused(
        'an undefined name',
        { ProjectionExpression: '#n' },
        `${projection}An expression attribute name used in the document path is not defined; attribute name: #n`,
      ),
      refused(
        'an unused name',
        { ProjectionExpression: 'id', ExpressionAttributeNames: { '#n': 'x' } },
        'Value provided in ExpressionAttributeNames unused in expressions: keys: {#n}',
      ),
    ]);
  });
});
