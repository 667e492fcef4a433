import { BatchGetItemCommand } from '@aws-sdk/client-dynamodb';
import { BatchGetCommand } from '@aws-sdk/lib-dynamodb';
import { beforeAll, describe, expect, test } from 'vitest';
import { client, documents, makeTable, ok, refuses } from '../support/service.ts';

describe('BatchGetItem', () => {
  let table: string;
  let other: string;
  const key = (id: string) => ({ id: { S: id } });
  const item = (id: string) => ({ ...key(id), v: { S: `value of ${id}` }, w: { N: '1' } });
  const row = (at: number) => ({ ...key('row'), at: { N: String(at) } });
  const ids = Array.from({ length: 100 }, (_, index) => `item-${index}`);

  beforeAll(async () => {
    [table, other] = await Promise.all(
      ['id:S', 'id:S at:N'].map((keys) => makeTable(keys, 'batch')),
    );
    const requests = [
      ...ids.map((id) => [table, item(id)] as const),
      ...[1, 2].map((at) => [other, row(at)] as const),
    ];
    await Promise.all(requests.map(([TableName, Item]) => ok('PutItem', { TableName, Item })));
  });

  test('gives what is there, from several tables', async () => {
    const answer = await client.send(
      new BatchGetItemCommand({
        RequestItems: {
          [table]: { Keys: [key('item-1'), key('nobody'), key('item-2')], ConsistentRead: true },
          [other]: { Keys: [row(1), row(3)] },
        },
      }),
    );
    expect(answer.UnprocessedKeys).toEqual({});
    expect(answer.Responses![table]).toHaveLength(2);
    expect(answer.Responses![table]).toEqual(
      expect.arrayContaining([item('item-1'), item('item-2')]),
    );
    expect(answer.Responses![other]).toEqual([row(1)]);
  });

  test('a table without a hit has an empty list', async () => {
    expect(await ok('BatchGetItem', { RequestItems: { [table]: { Keys: [key('x')] } } })).toEqual({
      Responses: { [table]: [] },
      UnprocessedKeys: {},
    });
  });

  test('100 keys of the document client', async () => {
    const { Responses: responses } = await documents.send(
      new BatchGetCommand({ RequestItems: { [table]: { Keys: ids.map((id) => ({ id })) } } }),
    );
    expect(responses![table].map((found) => found.id).sort()).toEqual([...ids].sort());
  });

  test('projects', async () => {
    const answer = await ok('BatchGetItem', {
      RequestItems: {
        [table]: {
          Keys: [key('item-1')],
          ProjectionExpression: '#v, id',
          ExpressionAttributeNames: { '#v': 'v' },
        },
      },
    });
    expect(answer.Responses[table]).toEqual([{ ...key('item-1'), v: item('item-1').v }]);
  });

  test('consumed capacity is told per table', async () => {
    const units = async (consistent: boolean, form: string) =>
      (
        await ok('BatchGetItem', {
          RequestItems: {
            [table]: { Keys: [key('item-1'), key('nobody')], ConsistentRead: consistent },
            [other]: { Keys: [row(1)] },
          },
          ReturnConsumedCapacity: form,
        })
      ).ConsumedCapacity;
    const eventual = await units(false, 'TOTAL');
    expect(eventual).toHaveLength(2);
    expect(eventual).toEqual(
      expect.arrayContaining([
        { TableName: table, CapacityUnits: 1 },
        { TableName: other, CapacityUnits: 0.5 },
      ]),
    );
    expect(await units(true, 'INDEXES')).toEqual(
      expect.arrayContaining([
        { TableName: table, CapacityUnits: 2, Table: { CapacityUnits: 2 } },
        { TableName: other, CapacityUnits: 0.5, Table: { CapacityUnits: 0.5 } },
      ]),
    );
  });

  test('an answer stops at 16 MB and names the keys that are left', async () => {
    const large = await makeTable('id:S', 'large');
    const text = { S: 'x'.repeat(400_000) };
    const keys = Array.from({ length: 50 }, (_, index) => key(`large-${index}`));
    for (const one of keys) await ok('PutItem', { TableName: large, Item: { ...one, text } });
    const seen: string[] = [];
    let rest: typeof keys | undefined = keys;
    let rounds = 0;
    while (rest) {
      rounds += 1;
      const answer = await ok('BatchGetItem', { RequestItems: { [large]: { Keys: rest } } });
      const found = answer.Responses[large];
      expect(found.length).toBeGreaterThan(0);
      expect(found.length).toBeLessThanOrEqual(42);
      seen.push(...found.map((one: { id: { S: string } }) => one.id.S));
      rest = answer.UnprocessedKeys[large]?.Keys;
    }
    expect(rounds).toBe(2);
    expect(seen.sort()).toEqual(keys.map((one) => one.id.S).sort());
  });

  const of = (request: object) => () => ({ RequestItems: { [table]: request } });
  describe('refuses', () => {
    refuses('BatchGetItem', [
      {
        name: 'no requests',
        request: {},
        error: 'ValidationException',
        message:
          "1 validation error detected: Value null at 'requestItems' failed to satisfy constraint: Member must not be null",
      },
      {
        name: 'no table',
        request: { RequestItems: {} },
        error: 'ValidationException',
        message:
          "1 validation error detected: Value at 'RequestItems' failed to satisfy constraint: Member must have length greater than or equal to 1",
      },
      {
        name: 'attributes of one table and a projection of another',
        request: () => ({
          RequestItems: {
            [table]: { Keys: [key('a')], AttributesToGet: ['id'] },
            [other]: { Keys: [row(1)], ProjectionExpression: 'id' },
          },
        }),
        error: 'ValidationException',
        message:
          'Can not use both expression and non-expression parameters in the same request: Non-expression parameters: {AttributesToGet} Expression parameters: {ProjectionExpression}',
      },
      {
        name: 'no keys',
        request: { RequestItems: { abc: {} } },
        error: 'ValidationException',
        message:
          "1 validation error detected: Value null at 'requestItems.abc.member.keys' failed to satisfy constraint: Member must not be null",
      },
      {
        name: 'an empty list of keys',
        request: { RequestItems: { abc: { Keys: [] } } },
        error: 'ValidationException',
        message:
          "1 validation error detected: Value '[]' at 'requestItems.abc.member.keys' failed to satisfy constraint: Member must have length greater than or equal to 1",
      },
      {
        name: '101 keys of a table',
        request: of({ Keys: Array.from({ length: 101 }, (_, index) => key(`k${index}`)) }),
        error: 'ValidationException',
        message: /Member must have length less than or equal to 100$/,
      },
      {
        name: '101 keys in all',
        request: () => ({
          RequestItems: { [table]: { Keys: ids.map(key) }, [other]: { Keys: [row(1)] } },
        }),
        error: 'ValidationException',
        message: 'Too many items requested for the BatchGetItem call',
      },
      {
        name: 'one key twice',
        request: of({ Keys: [key('a'), key('a')] }),
        error: 'ValidationException',
        message: 'Provided list of item keys contains duplicates',
      },
      {
        name: 'more than a key',
        request: of({ Keys: [item('a')] }),
        error: 'ValidationException',
        message: 'The provided key element does not match the schema',
      },
      {
        name: 'an unknown table',
        request: { RequestItems: { 'nosuch-table': { Keys: [key('a')] } } },
        error: 'ResourceNotFoundException',
        message: 'Requested resource not found',
      },
      {
        name: 'an empty projection',
        request: of({ Keys: [key('a')], ProjectionExpression: '' }),
        error: 'ValidationException',
        message: 'Invalid ProjectionExpression: The expression can not be empty;',
      },
    ]);
  });
});
