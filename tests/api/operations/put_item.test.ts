import { ConditionalCheckFailedException, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { PutCommand } from '@aws-sdk/lib-dynamodb';
import { beforeAll, describe, expect, test } from 'vitest';
import {
  call,
  client,
  constraint,
  detected,
  documents,
  expectError,
  makeTable,
  ok,
  refuses,
  type RefusedCase,
} from '../support/service.ts';

describe('PutItem', () => {
  let table: string;
  let sorted: string;
  let binary: string;
  beforeAll(async () => {
    [table, sorted, binary] = await Promise.all(
      ['id:S', 'id:S at:N', 'id:B at:B'].map((keys) => makeTable(keys, 'put')),
    );
  });

  const item = (id: string, rest: object = {}) => ({ id: { S: id }, ...rest });
  const get = async (id: string) =>
    (await ok('GetItem', { TableName: table, Key: item(id), ConsistentRead: true })).Item;

  test('answers nothing when nothing was asked for', async () => {
    expect(await ok('PutItem', { TableName: table, Item: item('plain') })).toEqual({});
  });

  test('replaces the whole item', async () => {
    await ok('PutItem', { TableName: table, Item: item('whole', { a: { N: '1' } }) });
    await ok('PutItem', { TableName: table, Item: item('whole', { b: { N: '2' } }) });
    expect(await get('whole')).toEqual(item('whole', { b: { N: '2' } }));
  });

  test('works with the document client', async () => {
    await documents.send(
      new PutCommand({
        TableName: table,
        Item: { id: 'document', tree: { list: [1, 'x', null] } },
      }),
    );
    expect(await get('document')).toEqual(
      item('document', {
        tree: { M: { list: { L: [{ N: '1' }, { S: 'x' }, { NULL: true }] } } },
      }),
    );
  });

  test('ReturnValues ALL_OLD gives the item that was there', async () => {
    const put = (rest: object, returned?: string) =>
      ok('PutItem', { TableName: table, Item: item('old', rest), ReturnValues: returned });
    expect(await put({ v: { N: '1' } }, 'ALL_OLD')).toEqual({});
    expect(await put({ v: { N: '2' } }, 'ALL_OLD')).toEqual({
      Attributes: item('old', { v: { N: '1' } }),
    });
    expect(await put({ v: { N: '3' } }, 'NONE')).toEqual({});
  });

  test.each([
    [40, 1],
    [1024, 1],
    [1025, 2],
    [10_000, 10],
  ])('%i bytes consume %i units', async (size, units) => {
    const id = `capacity-${size}`;
    const text = 'x'.repeat(size - 'id'.length - id.length - 'text'.length);
    for (const form of ['TOTAL', 'INDEXES']) {
      const answer = await ok('PutItem', {
        TableName: table,
        Item: item(id, { text: { S: text } }),
        ReturnConsumedCapacity: form,
      });
      expect(answer.ConsumedCapacity).toEqual({
        TableName: table,
        CapacityUnits: units,
        ...(form === 'INDEXES' ? { Table: { CapacityUnits: units } } : {}),
      });
    }
  });

  test('replacing a large item by a small one consumes what the large one does', async () => {
    const put = (length: number) =>
      ok('PutItem', {
        TableName: table,
        Item: item('shrink', { text: { S: 'x'.repeat(length) } }),
        ReturnConsumedCapacity: 'TOTAL',
      });
    await put(5000);
    expect((await put(1)).ConsumedCapacity.CapacityUnits).toBe(5);
    expect((await put(1)).ConsumedCapacity.CapacityUnits).toBe(1);
  });

  test('item collection metrics are for tables with local indexes only', async () => {
    const answer = await ok('PutItem', {
      TableName: sorted,
      Item: item('metrics', { at: { N: '1' } }),
      ReturnItemCollectionMetrics: 'SIZE',
    });
    expect(answer).toEqual({});
  });

  test('a condition that holds lets the item in, one that fails does not', async () => {
    const put = (version: string) =>
      call('PutItem', {
        TableName: table,
        Item: item('once', { version: { N: version } }),
        ConditionExpression: 'attribute_not_exists(id)',
      });
    expect((await put('1')).status).toBe(200);
    const refused = await put('2');
    expectError(refused, 'ConditionalCheckFailedException', 'The conditional request failed');
    expect(refused.body.Item).toBeUndefined();
    expect(await get('once')).toEqual(item('once', { version: { N: '1' } }));
  });

  test('ReturnValuesOnConditionCheckFailure gives the item in the way', async () => {
    await ok('PutItem', { TableName: table, Item: item('way', { v: { N: '1' } }) });
    const attempt = client.send(
      new PutItemCommand({
        TableName: table,
        Item: item('way'),
        ConditionExpression: 'v = :v',
        ExpressionAttributeValues: { ':v': { N: '2' } },
        ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
      }),
    );
    await expect(attempt).rejects.toSatisfy(
      (error: ConditionalCheckFailedException) =>
        error.name === 'ConditionalCheckFailedException' && error.Item?.v.N === '1',
    );
  });

  test('of many conditional puts at once exactly one wins', async () => {
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, index) =>
        call('PutItem', {
          TableName: table,
          Item: item('race', { winner: { N: String(index) } }),
          ConditionExpression: 'attribute_not_exists(id)',
        }),
      ),
    );
    const winners = answers.flatMap((answer, index) => (answer.status === 200 ? [index] : []));
    expect(winners).toHaveLength(1);
    expect((await get('race')).winner).toEqual({ N: String(winners[0]) });
  });

  test.each<[string, object, string, object, boolean]>([
    ['equal', { v: { N: '1.0' } }, 'v = :v', { ':v': { N: '1' } }, true],
    ['not equal', { v: { N: '1' } }, 'v <> :v', { ':v': { N: '1' } }, false],
    ['less', { v: { N: '9' } }, 'v < :v', { ':v': { N: '10' } }, true],
    ['other types are never less', { v: { S: '9' } }, 'v < :v', { ':v': { N: '10' } }, false],
    ['absent is not equal', {}, 'v = :v', { ':v': { N: '1' } }, false],
    [
      'between',
      { v: { S: 'm' } },
      'v BETWEEN :a AND :z',
      { ':a': { S: 'a' }, ':z': { S: 'z' } },
      true,
    ],
    ['in', { v: { S: 'm' } }, 'v IN (:a, :z)', { ':a': { S: 'm' }, ':z': { S: 'z' } }, true],
    ['begins_with', { v: { S: 'mn' } }, 'begins_with(v, :a)', { ':a': { S: 'm' } }, true],
    ['contains', { v: { SS: ['a', 'b'] } }, 'contains(v, :a)', { ':a': { S: 'b' } }, true],
    ['attribute_type', { v: { N: '1' } }, 'attribute_type(v, :t)', { ':t': { S: 'N' } }, true],
    ['size', { v: { S: 'abc' } }, 'size(v) = :n', { ':n': { N: '3' } }, true],
    [
      'and, or, not',
      { v: { N: '1' } },
      'NOT v = :x AND (v = :y OR attribute_exists(w))',
      { ':x': { N: '2' }, ':y': { N: '1' } },
      true,
    ],
    [
      'a nested path',
      { v: { M: { deep: { L: [{ N: '1' }, { N: '2' }] } } } },
      'v.deep[1] = :v',
      { ':v': { N: '2' } },
      true,
    ],
    ['sets ignore order', { v: { SS: ['a', 'b'] } }, 'v = :v', { ':v': { SS: ['b', 'a'] } }, true],
  ])('condition: %s', async (name, rest, condition, values, holds) => {
    await ok('PutItem', { TableName: table, Item: item(`if ${name}`, rest) });
    const answer = await call('PutItem', {
      TableName: table,
      Item: item(`if ${name}`),
      ConditionExpression: condition,
      ExpressionAttributeValues: values,
    });
    if (holds) expect(answer.status, answer.text).toBe(200);
    else expectError(answer, 'ConditionalCheckFailedException');
  });

  const refused = (
    name: string,
    change: object | (() => object),
    message: string | RegExp,
    error = 'ValidationException',
  ): RefusedCase => ({
    name,
    request: () => ({
      TableName: table,
      Item: item('refused'),
      ...(typeof change === 'function' ? change() : change),
    }),
    error,
    message,
  });
  const invalid = 'One or more parameter values were invalid: ';

  describe('refuses', () => {
    refuses('PutItem', [
      refused(
        'no table name',
        { TableName: undefined },
        constraint('tableName', 'null', 'Member must not be null'),
      ),
      refused(
        'no item',
        { Item: undefined },
        constraint('item', 'null', 'Member must not be null'),
      ),
      refused(
        'a table that is not there',
        { TableName: 'nosuch-table' },
        'Requested resource not found',
        'ResourceNotFoundException',
      ),
      refused(
        'a wrong character in the table name',
        { TableName: 'a;bc' },
        constraint(
          'tableName',
          "'a;bc'",
          'Member must satisfy regular expression pattern: [a-zA-Z0-9_.-]+',
        ),
      ),
      refused(
        'another word for ReturnValues',
        { ReturnValues: 'X' },
        constraint(
          'returnValues',
          "'X'",
          'Member must satisfy enum value set: [ALL_NEW, UPDATED_OLD, ALL_OLD, NONE, UPDATED_NEW]',
        ),
      ),
      ...['ALL_NEW', 'UPDATED_OLD', 'UPDATED_NEW'].map((form) =>
        refused(
          `ReturnValues ${form}`,
          { ReturnValues: form },
          detected('ReturnValues can only be ALL_OLD or NONE'),
        ),
      ),
      refused(
        'another word for ReturnConsumedCapacity',
        { ReturnConsumedCapacity: 'X' },
        constraint(
          'returnConsumedCapacity',
          "'X'",
          'Member must satisfy enum value set: [INDEXES, TOTAL, NONE]',
        ),
      ),
      refused(
        'another word for ReturnItemCollectionMetrics',
        { ReturnItemCollectionMetrics: 'X' },
        constraint(
          'returnItemCollectionMetrics',
          "'X'",
          'Member must satisfy enum value set: [SIZE, NONE]',
        ),
      ),
      refused(
        'an item without its key',
        { Item: { other: { S: 'x' } } },
        `${invalid}Missing the key id in the item`,
      ),
      refused(
        'an item without its sort key',
        () => ({ TableName: sorted }),
        `${invalid}Missing the key at in the item`,
      ),
      refused(
        'an attribute without a name',
        { Item: { id: { S: 'x' }, '': { S: 'x' } } },
        'Empty attribute name',
      ),
      refused(
        'a name of 65,536 bytes inside a map',
        { Item: { id: { S: 'x' }, m: { M: { ['n'.repeat(65536)]: { S: 'x' } } } } },
        'Attribute name is too large, must be less than 65536 bytes',
      ),
      refused(
        'a table without a name',
        { TableName: '' },
        constraint('tableName', "''", 'Member must have length greater than or equal to 1'),
      ),
      refused(
        'a key of another type',
        { Item: { id: { N: '1' } } },
        `${invalid}Type mismatch for key id expected: S actual: N`,
      ),
      refused(
        'an empty key',
        { Item: { id: { S: '' } } },
        'One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain an empty string value. Key: id',
      ),
      refused(
        'an empty binary key',
        () => ({ TableName: binary, Item: { id: { B: 'YQ==' }, at: { B: '' } } }),
        'One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain an empty binary value. Key: at',
      ),
      refused(
        'a partition key over 2048 bytes',
        { Item: { id: { S: 'x'.repeat(2049) } } },
        `${invalid}Size of hashkey has exceeded the maximum size limit of2048 bytes`,
      ),
      refused(
        'a sort key over 1024 bytes',
        () => ({
          TableName: binary,
          Item: { id: { B: 'YQ==' }, at: { B: Buffer.alloc(1025).toString('base64') } },
        }),
        `${invalid}Aggregated size of all range keys has exceeded the size limit of 1024 bytes`,
      ),
      refused(
        'a string for an item',
        { Item: 'x' },
        'Unexpected field type',
        'SerializationException',
      ),
      refused(
        'a string for a value',
        { Item: { id: 'x' } },
        'Unexpected value type in payload',
        'SerializationException',
      ),
      refused(
        'a number as a number',
        { Item: { id: { S: 'x' }, n: { N: 5 } } },
        'NUMBER_VALUE cannot be converted to String',
        'SerializationException',
      ),
      refused(
        'an empty condition',
        { ConditionExpression: '' },
        detected('Invalid ConditionExpression: The expression can not be empty;'),
      ),
      refused(
        'a cut condition',
        { ConditionExpression: 'id =' },
        detected('Invalid ConditionExpression: Syntax error; token: "<EOF>", near: "="'),
      ),
      refused(
        'a reserved word in a condition',
        { ConditionExpression: 'attribute_exists(Name)' },
        detected(
          'Invalid ConditionExpression: Attribute name is a reserved keyword; reserved keyword: Name',
        ),
      ),
      refused(
        'an unknown function',
        { ConditionExpression: 'foo(id)' },
        detected('Invalid ConditionExpression: Invalid function name; function: foo'),
      ),
      refused(
        'an undefined value',
        { ConditionExpression: 'id = :v' },
        detected(
          'Invalid ConditionExpression: An expression attribute value used in expression is not defined; attribute value: :v',
        ),
      ),
      refused(
        'an undefined name',
        { ConditionExpression: 'attribute_exists(#n)' },
        detected(
          'Invalid ConditionExpression: An expression attribute name used in the document path is not defined; attribute name: #n',
        ),
      ),
      refused(
        'an unused value',
        {
          ConditionExpression: 'attribute_exists(id)',
          ExpressionAttributeValues: { ':v': { S: 'x' } },
        },
        detected('Value provided in ExpressionAttributeValues unused in expressions: keys: {:v}'),
      ),
      refused(
        'an unused name',
        { ConditionExpression: 'attribute_exists(id)', ExpressionAttributeNames: { '#n': 'x' } },
        detected('Value provided in ExpressionAttributeNames unused in expressions: keys: {#n}'),
      ),
      refused(
        'names without an expression',
        { ExpressionAttributeNames: { '#n': 'x' } },
        detected('ExpressionAttributeNames can only be specified when using expressions'),
      ),
      refused(
        'values without an expression',
        { ExpressionAttributeValues: { ':v': { S: 'x' } } },
        detected(
          'ExpressionAttributeValues can only be specified when using expressions: ConditionExpression is null',
        ),
      ),
    ]);
  });

  test('the longest keys are accepted', async () => {
    await ok('PutItem', { TableName: table, Item: { id: { S: 'é'.repeat(1024) } } });
    const long = { id: { B: Buffer.alloc(2048).toString('base64') } };
    const at = { B: Buffer.alloc(1024, 255).toString('base64') };
    await ok('PutItem', { TableName: binary, Item: { ...long, at } });
    const { Item: read } = await ok('GetItem', { TableName: binary, Key: { ...long, at } });
    expect(read).toEqual({ ...long, at });
  });
});
