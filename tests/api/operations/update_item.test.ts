import { UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { UpdateCommand } from '@aws-sdk/lib-dynamodb';
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
  uniqueName,
  type RefusedCase,
} from '../support/service.ts';

describe('UpdateItem', () => {
  let table: string;
  beforeAll(async () => {
    table = await makeTable('id:S', 'update');
  });

  const key = (id: string) => ({ id: { S: id } });
  const put = (id: string, rest: object) =>
    ok('PutItem', { TableName: table, Item: { ...key(id), ...rest } });
  const get = async (id: string) =>
    (await ok('GetItem', { TableName: table, Key: key(id), ConsistentRead: true })).Item;
  const update = (id: string, expression: string | undefined, more: object = {}) =>
    ok('UpdateItem', { TableName: table, Key: key(id), UpdateExpression: expression, ...more });
  const value = { ExpressionAttributeValues: { ':v': { S: 'new' } } };

  test('creates an item that is not there', async () => {
    expect(await update('create', 'SET a = :v', value)).toEqual({});
    expect(await get('create')).toEqual({ ...key('create'), a: { S: 'new' } });
  });

  test('refuses a value that is nested too deep in the words for items', async () => {
    const deep = Array.from({ length: 33 }).reduce<object>((inner) => ({ L: [inner] }), { S: 'x' });
    const answer = await call('UpdateItem', {
      TableName: table,
      Key: key('deep'),
      UpdateExpression: 'SET a = :v',
      ExpressionAttributeValues: { ':v': deep },
    });
    expectError(
      answer,
      'ValidationException',
      'Nesting Levels have exceeded supported limits: Attributes in the item have nested levels beyond supported limit',
    );
  });

  test('creates a bare key without an expression', async () => {
    const id = uniqueName('bare');
    await update(id, undefined);
    expect(await get(id)).toEqual(key(id));
  });

  test.each(['REMOVE nosuch', 'DELETE nosuch :ss'])('creates nothing with %s', async (removes) => {
    const id = uniqueName('bare');
    const { Attributes: attributes } = await client.send(
      new UpdateItemCommand({
        TableName: table,
        Key: key(id),
        UpdateExpression: removes,
        ...(removes.includes(':ss') && { ExpressionAttributeValues: { ':ss': { SS: ['a'] } } }),
        ReturnValues: 'ALL_NEW',
      }),
    );
    expect(attributes).toBeUndefined();
    expect(await get(id)).toBeUndefined();
  });

  test('works with the document client', async () => {
    const { Attributes: attributes } = await documents.send(
      new UpdateCommand({
        TableName: table,
        Key: { id: 'document' },
        UpdateExpression: 'SET tags = :t',
        ExpressionAttributeValues: { ':t': new Set(['a', 'b']) },
        ReturnValues: 'ALL_NEW',
      }),
    );
    expect(attributes).toEqual({ id: 'document', tags: new Set(['a', 'b']) });
  });

  test.each<[string, object, string, object, object]>([
    [
      'sets a new attribute',
      { a: { N: '1' } },
      'SET b = :v',
      {},
      { a: { N: '1' }, b: { S: 'new' } },
    ],
    ['sets an old one, of another type', { a: { N: '1' } }, 'SET a = :v', {}, { a: { S: 'new' } }],
    ['sets several', {}, 'SET a = :v, b = :v', {}, { a: { S: 'new' }, b: { S: 'new' } }],
    [
      'sets and removes',
      { a: { N: '1' }, b: { N: '2' } },
      'REMOVE a SET b = :v',
      {},
      { b: { S: 'new' } },
    ],
    [
      'takes names and any case of keyword',
      { list: { N: '1' } },
      'set #l = :v remove #m',
      { ExpressionAttributeNames: { '#l': 'list', '#m': 'map' } },
      { list: { S: 'new' } },
    ],
    [
      'sets in a map',
      { m: { M: { k: { N: '1' } } } },
      'SET m.j = :v',
      {},
      { m: { M: { k: { N: '1' }, j: { S: 'new' } } } },
    ],
    [
      'sets in a list',
      { l: { L: [{ N: '1' }, { N: '2' }] } },
      'SET l[1] = :v',
      {},
      { l: { L: [{ N: '1' }, { S: 'new' }] } },
    ],
    [
      'appends past the end of a list',
      { l: { L: [{ N: '1' }] } },
      'SET l[7] = :v',
      {},
      { l: { L: [{ N: '1' }, { S: 'new' }] } },
    ],
    [
      'removes from a map',
      { m: { M: { k: { N: '1' }, j: { N: '2' } } } },
      'SET a = :v REMOVE m.k',
      {},
      { a: { S: 'new' }, m: { M: { j: { N: '2' } } } },
    ],
    [
      'removes from a list by the places as they were',
      { l: { L: [{ N: '0' }, { N: '1' }, { N: '2' }, { N: '3' }] } },
      'SET a = :v REMOVE l[0], l[2]',
      {},
      { a: { S: 'new' }, l: { L: [{ N: '1' }, { N: '3' }] } },
    ],
  ])('%s', async (_name, before, expression, names, after) => {
    const id = uniqueName('row');
    await put(id, before);
    await update(id, expression, { ...value, ...names });
    expect(await get(id)).toEqual({ ...key(id), ...after });
  });

  test('a REMOVE alone', async () => {
    await put('remove', { a: { N: '1' }, b: { N: '2' } });
    await update('remove', 'REMOVE a, nosuch');
    expect(await get('remove')).toEqual({ ...key('remove'), b: { N: '2' } });
  });

  describe('ReturnValues', () => {
    const before = { a: { N: '1' }, b: { N: '2' }, gone: { N: '3' } };
    const after = { a: { S: 'new' }, b: { N: '2' }, fresh: { S: 'new' } };
    const expression = 'SET a = :v, fresh = :v REMOVE gone';

    test.each<[string | undefined, object | undefined]>([
      [undefined, undefined],
      ['NONE', undefined],
      ['ALL_OLD', before],
      ['UPDATED_OLD', { a: before.a, gone: before.gone }],
      ['ALL_NEW', after],
      ['UPDATED_NEW', { a: after.a, fresh: after.fresh }],
    ])('%s of an item that is there', async (form, expected) => {
      const id = uniqueName('returned');
      await put(id, before);
      const answer = await update(id, expression, { ...value, ReturnValues: form });
      const withKey = form?.startsWith('ALL') ? { ...key(id), ...expected } : expected;
      expect(answer).toEqual(expected ? { Attributes: withKey } : {});
      expect(await get(id)).toEqual({ ...key(id), ...after });
    });

    test.each<[string, object | undefined]>([
      ['ALL_OLD', undefined],
      ['UPDATED_OLD', undefined],
      ['ALL_NEW', { a: after.a, fresh: after.fresh }],
      ['UPDATED_NEW', { a: after.a, fresh: after.fresh }],
    ])('%s of an item that is not there', async (form, expected) => {
      const id = uniqueName('returned');
      const answer = await update(id, expression, { ...value, ReturnValues: form });
      const withKey = form === 'ALL_NEW' ? { ...key(id), ...expected } : expected;
      expect(answer).toEqual(expected ? { Attributes: withKey } : {});
    });

    test.each(['UPDATED_NEW', 'UPDATED_OLD'])('%s of nested paths gives those', async (form) => {
      const id = uniqueName('nested');
      await put(id, { m: { M: { k: { N: '1' }, j: { N: '2' } } } });
      const { Attributes: attributes } = await update(id, 'SET m.k = :v', {
        ...value,
        ReturnValues: form,
      });
      expect(attributes).toEqual({
        m: { M: { k: form === 'UPDATED_NEW' ? { S: 'new' } : { N: '1' } } },
      });
    });

    test('through the SDK', async () => {
      const answer = await client.send(
        new UpdateItemCommand({
          TableName: table,
          Key: key('sdk'),
          UpdateExpression: 'SET a = :v',
          ExpressionAttributeValues: { ':v': { NS: ['1', '2'] } },
          ReturnValues: 'UPDATED_NEW',
          ReturnConsumedCapacity: 'TOTAL',
        }),
      );
      expect(answer.Attributes).toEqual({ a: { NS: ['1', '2'] } });
      expect(answer.ConsumedCapacity).toEqual({ TableName: table, CapacityUnits: 1 });
    });
  });

  test('consumes the larger of the two sizes', async () => {
    const units = async (length: number, form: string) =>
      (
        await update('capacity', 'SET a = :v', {
          ExpressionAttributeValues: { ':v': { S: 'x'.repeat(length) } },
          ReturnConsumedCapacity: form,
        })
      ).ConsumedCapacity;
    expect(await units(5000, 'TOTAL')).toEqual({ TableName: table, CapacityUnits: 5 });
    expect(await units(1, 'INDEXES')).toEqual({
      TableName: table,
      CapacityUnits: 5,
      Table: { CapacityUnits: 5 },
    });
    expect((await units(1, 'TOTAL')).CapacityUnits).toBe(1);
  });

  test('a condition decides', async () => {
    await put('if', { v: { N: '1' } });
    const attempt = (expected: string) =>
      call('UpdateItem', {
        TableName: table,
        Key: key('if'),
        UpdateExpression: 'SET v = :new',
        ConditionExpression: 'v = :old',
        ExpressionAttributeValues: { ':new': { N: '2' }, ':old': { N: expected } },
        ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
      });
    const refused = await attempt('7');
    expectError(refused, 'ConditionalCheckFailedException', 'The conditional request failed');
    expect(refused.body.Item).toEqual({ ...key('if'), v: { N: '1' } });
    expect((await attempt('1')).status).toBe(200);
    expect((await get('if')).v).toEqual({ N: '2' });
  });

  test('a condition that fails creates nothing', async () => {
    const answer = await call('UpdateItem', {
      TableName: table,
      Key: key('no ghost'),
      UpdateExpression: 'SET v = :v',
      ConditionExpression: 'attribute_exists(id)',
      ...value,
    });
    expectError(answer, 'ConditionalCheckFailedException');
    expect(await get('no ghost')).toBeUndefined();
  });

  test('of many writers that raise a version each number is won once', async () => {
    const raise = async (): Promise<number> => {
      for (;;) {
        const item = await get('version');
        const before = Number(item?.v?.N ?? 0);
        const answer = await call('UpdateItem', {
          TableName: table,
          Key: key('version'),
          UpdateExpression: 'SET v = :new',
          ConditionExpression: before ? 'v = :old' : 'attribute_not_exists(v)',
          ExpressionAttributeValues: {
            ':new': { N: String(before + 1) },
            ...(before ? { ':old': { N: String(before) } } : {}),
          },
        });
        if (answer.status === 200) return before + 1;
        expectError(answer, 'ConditionalCheckFailedException');
      }
    };
    const won = await Promise.all(Array.from({ length: 20 }, raise));
    expect(won.sort((a, b) => a - b)).toEqual(Array.from({ length: 20 }, (_, index) => index + 1));
  });

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
  const wrong = (name: string, expression: string, message: string, values: object = value) =>
    refused(
      name,
      { UpdateExpression: expression, ...values },
      detected(`Invalid UpdateExpression: ${message}`),
    );
  const overlap = (one: string, two: string) =>
    `Two document paths overlap with each other; must remove or rewrite one of these paths; path one: [${one}], path two: [${two}]`;

  describe('refuses', () => {
    refuses('UpdateItem', [
      refused('no key', { Key: undefined }, constraint('key', 'null', 'Member must not be null')),
      refused(
        'more than a key',
        { Key: { ...key('x'), v: { N: '1' } } },
        'The provided key element does not match the schema',
      ),
      refused(
        'a table that is not there',
        { TableName: 'nosuch-table' },
        'Requested resource not found',
        'ResourceNotFoundException',
      ),
      refused(
        'a change of the key',
        { UpdateExpression: 'SET id = :v', ...value },
        detected(
          'One or more parameter values were invalid: Cannot update attribute id. This attribute is part of the key',
        ),
      ),
      refused(
        'a removal of the key',
        { UpdateExpression: 'REMOVE id' },
        detected(
          'One or more parameter values were invalid: Cannot update attribute id. This attribute is part of the key',
        ),
      ),
      refused(
        'a path through nothing',
        { UpdateExpression: 'SET nosuch.a = :v', ...value },
        detected('The document path provided in the update expression is invalid for update'),
      ),
      wrong('an empty expression', '', 'The expression can not be empty;', {}),
      wrong('a cut expression', 'SET', 'Syntax error; token: "<EOF>", near: "SET"', {}),
      wrong('an unknown clause', 'PUT a = :v', 'Syntax error; token: "PUT", near: "PUT a"'),
      wrong('a path twice', 'SET a = :v, a = :v', overlap('a', 'a')),
      wrong('a path within another', 'SET a.b = :v REMOVE a', overlap('a, b', 'a')),
      wrong(
        'a clause twice',
        'SET a = :v SET b = :v',
        'The "SET" section can only be used once in an update expression;',
      ),
      wrong(
        'an undefined value',
        'SET a = :w, b = :v',
        'An expression attribute value used in expression is not defined; attribute value: :w',
      ),
      wrong(
        'a reserved word',
        'SET size = :v',
        'Attribute name is a reserved keyword; reserved keyword: size',
      ),
      refused(
        'an unused value',
        { UpdateExpression: 'REMOVE a', ...value },
        detected('Value provided in ExpressionAttributeValues unused in expressions: keys: {:v}'),
      ),
    ]);
  });

  test('a result that is too large is refused and changes nothing', async () => {
    await put('big', { a: { S: 'x'.repeat(300_000) } });
    expectError(
      await call('UpdateItem', {
        TableName: table,
        Key: key('big'),
        UpdateExpression: 'SET b = :v',
        ExpressionAttributeValues: { ':v': { S: 'x'.repeat(200_000) } },
      }),
      'ValidationException',
      'Item size to update has exceeded the maximum allowed size',
    );
    expect((await get('big')).b).toBeUndefined();
  });
});
