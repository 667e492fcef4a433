import { randomUUID } from 'node:crypto';
import { ExecuteTransactionCommand, type AttributeValue } from '@aws-sdk/client-dynamodb';
import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { call, client, expectError, makeTable, ok, refuses } from '../support/service.ts';

describe('ExecuteTransaction', () => {
  let table: string;
  beforeAll(async () => {
    table = await makeTable('id:S', 'execute-transaction');
  });
  beforeEach(async () => {
    for (const id of ['a', 'b'])
      await ok('PutItem', { TableName: table, Item: { ...key(id), n: { N: '1' } } });
    for (const id of ['c', 'd']) await ok('DeleteItem', { TableName: table, Key: key(id) });
  });

  const key = (id: string) => ({ id: { S: id } });
  const get = async (id: string) =>
    (await ok('GetItem', { TableName: table, Key: key(id), ConsistentRead: true })).Item;
  const statement = (text: string, ...parameters: AttributeValue[]) => ({
    Statement: text.replace('TABLE', `"${table}"`),
    ...(parameters.length > 0 ? { Parameters: parameters } : {}),
  });
  const run = (...statements: object[]) =>
    call('ExecuteTransaction', { TransactStatements: statements });

  test('writes all or nothing', async () => {
    const answer = await client.send(
      new ExecuteTransactionCommand({
        TransactStatements: [
          statement("INSERT INTO TABLE VALUE {'id': ?, 'n': 5}", { S: 'c' }),
          statement('UPDATE TABLE SET n = n + 1 WHERE id = ? AND n = 1', { S: 'a' }),
          statement('DELETE FROM TABLE WHERE id = ?', { S: 'b' }),
        ],
        ReturnConsumedCapacity: 'TOTAL',
      }),
    );
    expect(answer.Responses).toEqual([{}, {}, {}]);
    expect(answer.ConsumedCapacity).toEqual([
      { TableName: table, CapacityUnits: 6, WriteCapacityUnits: 6 },
    ]);
    expect(await get('c')).toEqual({ ...key('c'), n: { N: '5' } });
    expect(await get('a')).toEqual({ ...key('a'), n: { N: '2' } });
    expect(await get('b')).toBeUndefined();

    const refused = await run(
      statement("INSERT INTO TABLE VALUE {'id': 'd'}"),
      statement("INSERT INTO TABLE VALUE {'id': 'c'}"),
      {
        ...statement("UPDATE TABLE SET n = 9 WHERE id = 'a' AND n = 1"),
        ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
      },
    );
    expectError(
      refused,
      'TransactionCanceledException',
      'Transaction cancelled, please refer cancellation reasons for specific reasons ' +
        '[None, DuplicateItem, ConditionalCheckFailed]',
    );
    expect(refused.body.CancellationReasons).toEqual([
      { Code: 'None' },
      { Code: 'DuplicateItem', Message: 'Duplicate primary key exists in table' },
      {
        Code: 'ConditionalCheckFailed',
        Message: 'The conditional request failed',
        Item: { ...key('a'), n: { N: '2' } },
      },
    ]);
    expect(await get('d')).toBeUndefined();
  });

  test('EXISTS is a check of an item that is not written', async () => {
    const change = statement("UPDATE TABLE SET n = 7 WHERE id = 'b'");
    const checks = [
      ["EXISTS(SELECT * FROM TABLE WHERE id = 'a' AND n = 1)", true],
      ["EXISTS(SELECT * FROM TABLE WHERE id = 'a' AND other IS MISSING)", true],
      ["EXISTS(SELECT * FROM TABLE WHERE id = 'a' AND n = 2)", false],
      ["EXISTS(SELECT * FROM TABLE WHERE id = 'd')", false],
      ["EXISTS(SELECT * FROM TABLE WHERE id = 'd' AND other IS MISSING)", false],
    ] as const;
    for (const [check, holds] of checks) {
      const answer = await run(statement(check), change);
      if (holds) expect(answer.status, answer.text).toBe(200);
      else
        expect(answer.body.CancellationReasons, check).toEqual([
          { Code: 'ConditionalCheckFailed', Message: 'The conditional request failed' },
          { Code: 'None' },
        ]);
    }
    expect(await get('a')).toEqual({ ...key('a'), n: { N: '1' } });
  });

  test('reads items by their keys', async () => {
    const answer = await client.send(
      new ExecuteTransactionCommand({
        TransactStatements: [
          statement('SELECT n FROM TABLE WHERE id = ?', { S: 'b' }),
          statement("SELECT * FROM TABLE WHERE id = 'nobody'"),
          statement("SELECT * FROM TABLE WHERE id = 'a' AND n = 2"),
        ],
        ReturnConsumedCapacity: 'TOTAL',
      }),
    );
    expect(answer.Responses).toEqual([{ Item: { n: { N: '1' } } }, {}, {}]);
    expect(answer.ConsumedCapacity).toEqual([
      { TableName: table, CapacityUnits: 6, ReadCapacityUnits: 6 },
    ]);
  });

  test('a client request token makes it happen once', async () => {
    const request = {
      TransactStatements: [statement("UPDATE TABLE SET n = n + 1 WHERE id = 'a'")],
      ClientRequestToken: randomUUID(),
    };
    await ok('ExecuteTransaction', request);
    expect(await ok('ExecuteTransaction', request)).toEqual({ Responses: [{}] });
    expect(await get('a')).toEqual({ ...key('a'), n: { N: '2' } });
    request.TransactStatements = [statement("UPDATE TABLE SET n = n + 2 WHERE id = 'a'")];
    expectError(await call('ExecuteTransaction', request), 'IdempotentParameterMismatchException');
  });

  test('what does not fit the table is a reason', async () => {
    const answer = await run(
      statement('DELETE FROM TABLE WHERE n = 1'),
      statement("DELETE FROM TABLE WHERE id = 'a'"),
    );
    expectError(answer, 'TransactionCanceledException');
    expect(answer.body.CancellationReasons).toEqual([
      {
        Code: 'ValidationError',
        Message: 'Where clause does not contain a mandatory equality on all key attributes',
      },
      { Code: 'None' },
    ]);
    const read = await run(statement('SELECT * FROM TABLE WHERE n = 1'));
    expect(read.body.CancellationReasons[0].Message).toBe(
      'Select statements within ExecuteTransaction must specify the primary key in the where clause.',
    );
  });

  refuses('ExecuteTransaction', [
    {
      name: 'no statements',
      request: { TransactStatements: [] },
      error: 'ValidationException',
      message:
        /at 'transactStatements' failed to satisfy constraint: Member must have length greater/,
    },
    {
      name: 'reads and writes together',
      request: () => ({
        TransactStatements: [
          statement("SELECT * FROM TABLE WHERE id = 'a'"),
          statement("DELETE FROM TABLE WHERE id = 'b'"),
        ],
      }),
      error: 'ValidationException',
      message: 'Read and write requests together in the same transaction is not supported.',
    },
    {
      name: 'an item twice',
      request: () => ({
        TransactStatements: [
          statement("EXISTS(SELECT * FROM TABLE WHERE id = 'a')"),
          statement("DELETE FROM TABLE WHERE id = 'a'"),
        ],
      }),
      error: 'ValidationException',
      message: 'Transaction request cannot include multiple operations on one item',
    },
    {
      name: 'a statement that is none',
      request: { TransactStatements: [{ Statement: 'SELECT' }] },
      error: 'ValidationException',
      message: /^Statement wasn't well formed, can't be processed: /,
    },
    {
      name: 'a table that is not there',
      request: { TransactStatements: [{ Statement: "SELECT * FROM nosuch WHERE id = 'a'" }] },
      error: 'ResourceNotFoundException',
    },
  ]);
});
