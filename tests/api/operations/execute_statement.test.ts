// What is wrong with a statement, or with the request around it. tests/api/partiql has what statements
// do.
import { describe, expect, test } from 'vitest';
import { call, constraint, expectError, ok, refuses, uniqueName } from '../support/service.ts';

describe('ExecuteStatement', () => {
  const Statement = 'SELECT * FROM nosuchtable';
  const malformed = (what: string) => `Statement wasn't well formed, can't be processed: ${what}`;

  refuses('ExecuteStatement', [
    {
      name: 'no statement',
      request: {},
      error: 'ValidationException',
      message: constraint('statement', 'null', 'Member must not be null'),
    },
    {
      name: 'an empty statement',
      request: { Statement: '' },
      error: 'ValidationException',
      message: constraint('statement', "''", 'Member must have length greater than or equal to 1'),
    },
    {
      name: 'a statement that is too long',
      request: { Statement: `SELECT * FROM t WHERE a = '${'x'.repeat(8192)}'` },
      error: 'ValidationException',
      message:
        /at 'statement' failed to satisfy constraint: Member must have length less than or equal to 8192$/,
    },
    {
      name: 'an empty list of parameters',
      request: { Statement, Parameters: [] },
      error: 'ValidationException',
      message: constraint(
        'parameters',
        "'[]'",
        'Member must have length greater than or equal to 1',
      ),
    },
    {
      name: 'a limit of nothing',
      request: { Statement, Limit: 0 },
      error: 'ValidationException',
      message: constraint('limit', "'0'", 'Member must have value greater than or equal to 1'),
    },
    {
      name: 'an empty NextToken',
      request: { Statement, NextToken: '' },
      error: 'ValidationException',
      message: constraint('nextToken', "''", 'Member must have length greater than or equal to 1'),
    },
    {
      name: 'a parameter that is no value',
      request: { Statement: 'SELECT * FROM t WHERE a = ?', Parameters: [{ N: 'x' }] },
      error: 'ValidationException',
      message: 'The parameter cannot be converted to a numeric value: x',
    },
    {
      name: 'a parameter too few',
      request: { Statement: 'SELECT * FROM t WHERE a = ? AND b = ?', Parameters: [{ N: '1' }] },
      error: 'ValidationException',
      message: "Number of parameters in request and statement don't match.",
    },
    {
      name: 'a parameter too many',
      request: { Statement, Parameters: [{ N: '1' }] },
      error: 'ValidationException',
      message: "Number of parameters in request and statement don't match.",
    },
    {
      name: 'what is no statement of these',
      request: { Statement: 'CREATE TABLE t' },
      error: 'ValidationException',
      message: malformed('Expected data manipulation'),
    },
    {
      name: 'a reserved word as a name',
      request: { Statement: "INSERT INTO t (key) VALUES ('a')" },
      error: 'ValidationException',
      message: malformed('Unexpected keyword'),
    },
    {
      name: 'a clause that is not supported',
      request: { Statement: "SELECT * FROM t WHERE p = 'a' LIMIT 1" },
      error: 'ValidationException',
      message: 'Unsupported clause: LIMIT at 1:31:5',
    },
    {
      name: 'an aggregate',
      request: { Statement: 'SELECT COUNT(*) FROM t' },
      error: 'ValidationException',
      message: 'Unexpected path component at 1:8:5',
    },
    {
      name: 'a table that is not there, once the statement is well formed',
      request: { Statement },
      error: 'ResourceNotFoundException',
      message: 'Requested resource not found',
    },
  ]);

  test('refuses EXISTS, which is for transactions', async () => {
    const TableName = uniqueName('exists');
    await ok('CreateTable', {
      TableName,
      AttributeDefinitions: [{ AttributeName: 'p', AttributeType: 'S' }],
      KeySchema: [{ AttributeName: 'p', KeyType: 'HASH' }],
      BillingMode: 'PAY_PER_REQUEST',
    });
    const answer = await call('ExecuteStatement', {
      Statement: `EXISTS(SELECT * FROM "${TableName}" WHERE p = 'a' AND n IS MISSING)`,
    });
    expectError(answer, 'ValidationException', 'EXISTS can only be used in transactions');
  });

  test('survives statements that nest very deep', async () => {
    for (const open of ['(', 'NOT ', 'a = [', 'size(', "a = {'a':"]) {
      const nested = `SELECT * FROM t WHERE ${open.repeat(Math.floor(8000 / open.length))}`;
      expectError(await call('ExecuteStatement', { Statement: nested }), 'ValidationException');
    }
    expect((await call('ListTables')).status).toBe(200);
  });
});
