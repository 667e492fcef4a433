// AttributeUpdates, which was before UpdateExpression.
import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { call, expectError, makeTable, ok } from '../support/service.ts';

const invalid = 'One or more parameter values were invalid: ';
const key = { id: { S: 'x' } };
const item = {
  ...key,
  s: { S: 'abc' },
  n: { N: '5' },
  ss: { SS: ['x', 'y'] },
  l: { L: [{ S: 'x' }] },
};

let table: string;
beforeAll(async () => {
  table = await makeTable('id:S', 'updates');
});
beforeEach(() => ok('PutItem', { TableName: table, Item: item }));

const update = (updates: object | undefined, more: object = {}) =>
  call('UpdateItem', { TableName: table, Key: key, AttributeUpdates: updates, ...more });
const add = (value: object) => ({ Action: 'ADD', Value: value });
const remove = (value: object) => ({ Action: 'DELETE', Value: value });

describe('changes', () => {
  test.each<[object, object]>([
    [{}, {}],
    [{ s: { Value: { S: 'new' } } }, { s: { S: 'new' } }],
    [{ z: { Value: { M: {} }, Action: 'PUT' } }, { z: { M: {} } }],
    [{ 'l.x': { Value: { S: 'a name, not a path' } } }, { 'l.x': { S: 'a name, not a path' } }],
    [{ s: { Action: 'DELETE' }, none: { Action: 'DELETE' } }, { s: undefined }],
    [{ n: add({ N: '3' }) }, { n: { N: '8' } }],
    [{ z: add({ N: '3' }) }, { z: { N: '3' } }],
    [{ ss: add({ SS: ['z', 'x'] }) }, { ss: { SS: ['x', 'y', 'z'] } }],
    [{ z: add({ NS: ['1'] }) }, { z: { NS: ['1'] } }],
    [{ l: add({ L: [{ N: '1' }] }) }, { l: { L: [{ S: 'x' }, { N: '1' }] } }],
    [{ z: add({ L: [{ N: '1' }] }) }, { z: { L: [{ N: '1' }] } }],
    [{ ss: remove({ SS: ['x', 'z'] }) }, { ss: { SS: ['y'] } }],
    [{ ss: remove({ SS: ['x', 'y'] }) }, { ss: undefined }],
    [{ none: remove({ SS: ['x'] }) }, {}],
    [
      {
        z: { Value: { S: '1' } },
        a: { Value: { S: '2' } },
        n: add({ N: '1' }),
        s: { Action: 'DELETE' },
      },
      { z: { S: '1' }, a: { S: '2' }, n: { N: '6' }, s: undefined },
    ],
  ])('%j', async (updates, changed) => {
    const answer = await update(updates, { ReturnValues: 'ALL_NEW' });
    const wanted = JSON.parse(JSON.stringify({ ...item, ...changed }));
    expect(answer.body.Attributes, answer.text).toEqual(wanted);
    const { Item: after } = await ok('GetItem', {
      TableName: table,
      Key: key,
      ConsistentRead: true,
    });
    expect(after).toEqual(wanted);
  });

  test.each<[string, object, object]>([
    ['fresh-1', {}, {}],
    ['fresh-3', { q: add({ N: '1' }) }, { q: { N: '1' } }],
  ])('an item that is not there comes to be: %s %j', async (id, updates, rest) => {
    const answer = await update(updates, { Key: { id: { S: id } }, ReturnValues: 'ALL_NEW' });
    expect(answer.body.Attributes).toEqual({ id: { S: id }, ...rest });
  });

  test.each<[string, object]>([
    ['fresh-4', { Action: 'DELETE' }],
    ['fresh-5', { Action: 'DELETE', Value: { SS: ['a'] } }],
  ])('an item that is not there does not come to be: %s %j', async (id, removal) => {
    const Key = { id: { S: id } };
    expect((await update({ q: removal }, { Key, ReturnValues: 'ALL_NEW' })).body).toEqual({});
    expect((await call('GetItem', { TableName: table, Key })).body).toEqual({});
  });

  test('what changed is returned', async () => {
    const updates = { s: { Action: 'DELETE' }, n: add({ N: '1' }), z: { Value: { S: 'q' } } };
    expect((await update(updates, { ReturnValues: 'UPDATED_OLD' })).body).toEqual({
      Attributes: { s: item.s, n: item.n },
    });
    expect((await update(updates, { ReturnValues: 'UPDATED_NEW' })).body).toEqual({
      Attributes: { n: { N: '7' }, z: { S: 'q' } },
    });
    expect(
      (await update({ z: { Action: 'DELETE' } }, { ReturnValues: 'UPDATED_NEW' })).body,
    ).toEqual({});
  });

  test('under the condition of Expected', async () => {
    const updates = { s: { Value: { S: 'q' } } };
    const failed = await update(updates, { Expected: { n: { Value: { N: '6' } } } });
    expectError(failed, 'ConditionalCheckFailedException');
    const done = await update(updates, { Expected: { n: { Value: { N: '5' } } } });
    expect(done.body).toEqual({});
  });
});

describe('refusals', () => {
  test.each<[object | undefined, string, object?]>([
    [{ s: {} }, `${invalid}Only DELETE action is allowed when no attribute value is specified`],
    [
      { s: { Action: 'ADD' } },
      `${invalid}Only DELETE action is allowed when no attribute value is specified`,
    ],
    [
      { s: { Action: 'MOVE', Value: { S: 'q' } } },
      "1 validation error detected: Value 'MOVE' at 'attributeUpdates.s.member.action' failed to satisfy " +
        'constraint: Member must satisfy enum value set: [ADD, PUT, DELETE]',
    ],
    [{ z: add({ S: '3' }) }, `${invalid}ADD action is not supported for the type S`],
    [{ z: add({ BOOL: true }) }, `${invalid}ADD action is not supported for the type BOOL`],
    [
      { l: remove({ L: [] }) },
      `${invalid}DELETE action with value is not supported for the type L`,
    ],
    [{ s: add({ N: '3' }) }, 'Type mismatch for attribute to update'],
    [{ ss: add({ NS: ['3'] }) }, 'Type mismatch for attribute to update'],
    [{ s: add({ L: [] }) }, 'Type mismatch for attribute to update'],
    [{ ss: remove({ NS: ['3'] }) }, 'Type mismatch for attribute to update'],
    [
      { id: { Value: { S: 'q' } } },
      `${invalid}Cannot update attribute id. This attribute is part of the key`,
    ],
    [{ s: { Value: { SS: [] } } }, `${invalid}An string set  may not be empty`],
    [
      { z: add({ S: 'x' }) },
      `${invalid}ADD action is not supported for the type S`,
      { TableName: 'no-such-table' },
    ],
    [
      {},
      'Can not use both expression and non-expression parameters in the same request: Non-expression ' +
        'parameters: {AttributeUpdates} Expression parameters: {UpdateExpression}',
      { UpdateExpression: 'REMOVE s' },
    ],
    [
      undefined,
      'Can not use both expression and non-expression parameters in the same request: Non-expression ' +
        'parameters: {Expected} Expression parameters: {UpdateExpression}',
      { UpdateExpression: 'REMOVE s', Expected: { n: { Value: { N: '5' } } } },
    ],
  ])('%j: %s', async (updates, message, more = {}) => {
    expectError(await update(updates, more), 'ValidationException', message);
    const { Item: after } = await ok('GetItem', {
      TableName: table,
      Key: key,
      ConsistentRead: true,
    });
    expect(after).toEqual(item);
  });
});
