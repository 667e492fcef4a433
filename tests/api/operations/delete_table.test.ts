import { DeleteTableCommand, waitUntilTableNotExists } from '@aws-sdk/client-dynamodb';
import { describe, expect, test } from 'vitest';
import {
  call,
  client,
  expectError,
  makeTable,
  ok,
  refuses,
  tableRequest,
  untilStatus,
} from '../support/service.ts';

describe('DeleteTable', () => {
  test('answers DELETING, then the table is gone and so is its name', async () => {
    const name = await makeTable('id:S', 'delete');
    const { TableDescription: deleted } = await ok('DeleteTable', { TableName: name });
    expect(deleted).toMatchObject({ TableName: name, TableStatus: 'DELETING' });
    await untilStatus(name, 'GONE');
    const key = { id: { S: 'x' } };
    expectError(
      await call('GetItem', { TableName: name, Key: key }),
      'ResourceNotFoundException',
      'Requested resource not found',
    );
    const { TableNames: names } = await ok('ListTables', {
      ExclusiveStartTableName: name.slice(0, -1),
    });
    expect(names).not.toContain(name);
  });

  test('the SDK deletes and its waiter sees it', async () => {
    const name = await makeTable('id:S', 'waiter');
    await client.send(new DeleteTableCommand({ TableName: name }));
    const waited = await waitUntilTableNotExists(
      { client, maxWaitTime: 20, minDelay: 1 },
      { TableName: name },
    );
    expect(waited.state).toBe('SUCCESS');
  });

  test('a new table of the same name is empty and has another id', async () => {
    const name = await makeTable('id:S', 'again');
    const first = await untilStatus(name, 'ACTIVE');
    for (let index = 0; index < 30; ++index) {
      await ok('PutItem', { TableName: name, Item: { id: { S: `item-${index}` } } });
    }
    await ok('DeleteTable', { TableName: name });
    await untilStatus(name, 'GONE');
    await ok('CreateTable', tableRequest(name, 'id:S'));
    const second = await untilStatus(name, 'ACTIVE');
    expect(second.TableId).not.toBe(first.TableId);
    expect([second.ItemCount, second.TableSizeBytes]).toEqual([0, 0]);
    expect((await ok('Scan', { TableName: name })).Items).toEqual([]);
  });

  test('a protected table is not deleted until its protection is taken away', async () => {
    const name = await makeTable('id:S', 'protected', { DeletionProtectionEnabled: true });
    expectError(
      await call('DeleteTable', { TableName: name }),
      'ValidationException',
      'Resource cannot be deleted as it is currently protected against deletion. Disable deletion protection first.',
    );
    await ok('UpdateTable', { TableName: name, DeletionProtectionEnabled: false });
    await untilStatus(name, 'ACTIVE');
    await ok('DeleteTable', { TableName: name });
    await untilStatus(name, 'GONE');
  });

  test('writes under way while the table goes are done or find no table', async () => {
    for (let round = 0; round < 10; ++round) {
      const name = await makeTable('id:S', 'going');
      const item = { id: { S: 'x' } };
      const writes: [string, object][] = [
        ['PutItem', { TableName: name, Item: item }],
        ['DeleteItem', { TableName: name, Key: item }],
        ['UpdateItem', { TableName: name, Key: item }],
        ['BatchWriteItem', { RequestItems: { [name]: [{ PutRequest: { Item: item } }] } }],
      ];
      let done = 0;
      const untilGone = async ([operation, request]: [string, object]) => {
        for (;;) {
          const answer = await call(operation, request);
          if (answer.status !== 200) {
            expectError(answer, 'ResourceNotFoundException', 'Requested resource not found');
            return;
          }
          done += 1;
          if (done === 40) await ok('DeleteTable', { TableName: name });
        }
      };
      await Promise.all(Array.from({ length: 16 }, (_, index) => untilGone(writes[index % 4])));
    }
  });

  refuses('DeleteTable', [
    {
      name: 'no name',
      request: {},
      error: 'ValidationException',
      message: "The parameter 'TableName' is required but was not present in the request",
    },
    {
      name: 'an unknown table',
      request: { TableName: 'nosuch-table' },
      error: 'ResourceNotFoundException',
      message: 'Requested resource not found: Table: nosuch-table not found',
    },
  ]);
});
