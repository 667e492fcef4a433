import { BatchExecuteStatementCommand } from '@aws-sdk/lib-dynamodb';
import { beforeAll, describe, expect, test } from 'vitest';
import type { Json } from '../support/call.ts';
import { call, constraint, documents, expectError, makeTable, ok } from '../support/service.ts';

describe('BatchExecuteStatement', () => {
  let first: string;
  let second: string;
  beforeAll(async () => {
    first = await makeTable('p:S s:N', 'batch-statement');
    second = await makeTable('id:S', 'batch-statement');
  });

  const item = (s: number) => ({ p: { S: 'a' }, s: { N: String(s) }, v: { S: `v${s}` } });
  const put = (s: number) => ok('PutItem', { TableName: first, Item: item(s) });
  const get = async (s: number) =>
    (await ok('GetItem', { TableName: first, Key: { p: { S: 'a' }, s: { N: String(s) } } })).Item;
  const statements = (texts: (string | object)[]) =>
    texts
      .map((text) => (typeof text === 'string' ? { Statement: text } : text))
      .map((one: Json) => ({
        ...one,
        Statement: one.Statement.replaceAll('@1', `"${first}"`).replaceAll('@2', `"${second}"`),
      }));
  const batch = (texts: (string | object)[], more: object = {}) =>
    ok('BatchExecuteStatement', { Statements: statements(texts), ...more });
  const key = (s: number) => `WHERE p = 'a' AND s = ${s}`;

  test('reads items of several tables, in the order of the statements', async () => {
    await put(1);
    await ok('PutItem', { TableName: second, Item: { id: { S: 'k' }, n: { N: '1' } } });
    const answer = await batch([
      `SELECT * FROM @1 ${key(1)}`,
      { Statement: 'SELECT n FROM @2 WHERE id = ?', Parameters: [{ S: 'k' }] },
      `SELECT * FROM @1 ${key(99)}`,
      "SELECT * FROM @2 WHERE id = 'other' AND n = 1",
    ]);
    expect(answer).toEqual({
      Responses: [
        { TableName: first, Item: item(1) },
        { TableName: second, Item: { n: { N: '1' } } },
        { TableName: first },
        { TableName: second },
      ],
    });
  });

  test('tells what it used of each table', async () => {
    await put(2);
    const reads = [
      { Statement: `SELECT * FROM @1 ${key(2)}`, ConsistentRead: true },
      "SELECT * FROM @2 WHERE id = 'x'",
      `SELECT * FROM @1 ${key(99)}`,
    ];
    const { ConsumedCapacity } = await batch(reads, { ReturnConsumedCapacity: 'TOTAL' });
    expect(ConsumedCapacity).toEqual([
      { TableName: first, CapacityUnits: 1.5 },
      { TableName: second, CapacityUnits: 0.5 },
    ]);
  });

  test('does what it can of several writes', async () => {
    await Promise.all([put(10), put(11), put(12), put(13)]);
    const answer = await batch([
      "INSERT INTO @1 VALUE {'p': 'a', 's': 10}",
      "INSERT INTO @1 VALUE {'p': 'a', 's': 14, 'v': 'new'}",
      `UPDATE @1 SET v = 'w' ${key(11)} AND v = 'v11' RETURNING ALL NEW *`,
      `UPDATE @1 SET v = 'w' ${key(12)} AND v = 'other'`,
      `DELETE FROM @1 ${key(13)} RETURNING ALL OLD *`,
      'INSERT INTO nosuchtable VALUE {}',
      'UPDATE @1 SET v = 1',
      'nonsense',
      `DELETE FROM @1 ${key(15)} RETURNING ALL NEW *`,
      `UPDATE @1 SET v = 'w' ${key(16)}`,
    ]);
    const failed = (Code: string, Message: string) => ({ Error: { Code, Message } });
    const unmet = failed('ConditionalCheckFailed', 'The conditional request failed');
    expect(answer.Responses).toEqual([
      { ...failed('DuplicateItem', 'Duplicate primary key exists in table'), TableName: first },
      { TableName: first },
      { TableName: first, Item: { ...item(11), v: { S: 'w' } } },
      { ...unmet, TableName: first },
      { TableName: first, Item: item(13) },
      failed('ResourceNotFound', 'Requested resource not found'),
      failed(
        'ValidationError',
        'Where clause does not contain a mandatory equality on all key attributes',
      ),
      failed(
        'ValidationError',
        "Statement wasn't well formed, can't be processed: Expected data manipulation",
      ),
      failed(
        'ValidationError',
        'Invalid returning clause: RETURNING ALL NEW *. Only RETURNING ALL OLD * is allowed in DELETE statements.',
      ),
      { ...unmet, TableName: first },
    ]);
    expect(await get(10)).toEqual(item(10));
    expect((await get(14)).v).toEqual({ S: 'new' });
    expect((await get(11)).v).toEqual({ S: 'w' });
    expect((await get(12)).v).toEqual({ S: 'v12' });
    expect(await get(13)).toBeUndefined();
    expect(await get(16)).toBeUndefined();
  });

  test('tells the item of which a condition does not hold', async () => {
    await put(20);
    const answer = await batch([
      {
        Statement: `DELETE FROM @1 ${key(20)} AND v = 'other'`,
        ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
      },
    ]);
    expect(answer.Responses[0].Error.Item).toEqual(item(20));
  });

  test.each([
    ['a part of the key', "SELECT * FROM @1 WHERE p = 'a'"],
    ['several keys', "SELECT * FROM @2 WHERE id IN ['a', 'b']"],
    ['no WHERE', 'SELECT * FROM @1'],
    ['an index', 'SELECT * FROM @1."nosuch" WHERE p = \'a\' AND s = 1'],
  ])('reads no more than one item a statement: not with %s', async (_name, statement) => {
    const answer = await batch([statement], { ReturnConsumedCapacity: 'TOTAL' });
    expect(answer).toEqual({
      Responses: [
        {
          Error: {
            Code: 'ValidationError',
            Message:
              'Select statements within BatchExecuteStatement must specify the primary key in the where clause.',
          },
        },
      ],
    });
  });

  test('works with the document client', async () => {
    await put(30);
    const answer = await documents.send(
      new BatchExecuteStatementCommand({
        Statements: [
          { Statement: `SELECT v FROM "${first}" WHERE p = ? AND s = ?`, Parameters: ['a', 30] },
        ],
      }),
    );
    expect(answer.Responses).toEqual([{ TableName: first, Item: { v: 'v30' } }]);
  });

  const refusedBatch = async (texts: (string | object)[], message: string | RegExp) => {
    const answer = await call('BatchExecuteStatement', { Statements: statements(texts) });
    expectError(answer, 'ValidationException', message);
  };

  test('refuses reads and writes together, and does none of them', async () => {
    await put(40);
    await refusedBatch(
      [`DELETE FROM @1 ${key(40)}`, `SELECT * FROM @1 ${key(41)}`],
      'Read and write requests together in the same batch is not supported.',
    );
    expect(await get(40)).toEqual(item(40));
  });

  test.each([
    ['reads', `SELECT * FROM @1 ${key(50)}`, `SELECT v FROM @1 ${key(50)}`],
    ['writes', `DELETE FROM @1 ${key(50)}`, `UPDATE @1 SET v = 1 ${key(50)}`],
  ])('refuses %s of one item', async (_name, one, other) => {
    await refusedBatch([one, other], 'Provided list of item keys contains duplicates');
  });

  test('takes 1 to 25 statements', async () => {
    const reads = Array.from({ length: 26 }, (_, s) => `SELECT * FROM @1 ${key(1000 + s)}`);
    expect((await batch(reads.slice(1))).Responses).toHaveLength(25);
    await refusedBatch(reads, /Member must have length less than or equal to 25$/);
    await refusedBatch(
      [],
      constraint('statements', "'[]'", 'Member must have length greater than or equal to 1'),
    );
    await refusedBatch(
      [{ Statement: '' }],
      constraint(
        'statements.1.member.statement',
        "''",
        'Member must have length greater than or equal to 1',
      ),
    );
  });
});
