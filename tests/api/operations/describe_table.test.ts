import { DescribeTableCommand } from '@aws-sdk/client-dynamodb';
import { describe, expect, test } from 'vitest';
import { itemSize, type Item } from '../support/item_size.ts';
import { client, makeTable, ok, refuses } from '../support/service.ts';

describe('DescribeTable', () => {
  test('gives the same id, ARN and creation time each time', async () => {
    const name = await makeTable('id:S');
    const first = await client.send(new DescribeTableCommand({ TableName: name }));
    const second = await client.send(new DescribeTableCommand({ TableName: name }));
    expect(first.Table?.TableStatus).toBe('ACTIVE');
    expect(first.Table?.CreationDateTime).toBeInstanceOf(Date);
    expect(second.Table).toEqual(first.Table);
  });

  test('two tables have different ids', async () => {
    const ids = await Promise.all(
      [makeTable('id:S'), makeTable('id:S')].map(async (made) => {
        return (await ok('DescribeTable', { TableName: await made })).Table.TableId;
      }),
    );
    expect(ids[0]).not.toBe(ids[1]);
  });

  test('takes the ARN for a name', async () => {
    const name = await makeTable('id:S');
    const { Table: table } = await ok('DescribeTable', { TableName: name });
    const byArn = await ok('DescribeTable', { TableName: table.TableArn });
    expect(byArn.Table).toEqual(table);
  });

  test('ItemCount and TableSizeBytes follow every kind of write', async () => {
    const name = await makeTable('id:S');
    const expectHeld = async (...items: Item[]) => {
      const { Table: table } = await ok('DescribeTable', { TableName: name });
      expect(table.ItemCount).toBe(items.length);
      expect(table.TableSizeBytes).toBe(items.reduce((total, item) => total + itemSize(item), 0));
    };
    const first: Item = { id: { S: '1' }, text: { S: 'some text' }, n: { N: '-12.5' } };
    const second: Item = { id: { S: '2' }, list: { L: [{ NULL: true }, { BOOL: false }] } };
    const third: Item = { id: { S: '3' }, set: { NS: ['1', '22', '333'] } };

    await ok('PutItem', { TableName: name, Item: first });
    await expectHeld(first);
    await ok('PutItem', { TableName: name, Item: { ...first, text: { S: 'x' } } });
    await expectHeld({ ...first, text: { S: 'x' } });
    await ok('BatchWriteItem', {
      RequestItems: {
        [name]: [{ PutRequest: { Item: second } }, { PutRequest: { Item: third } }],
      },
    });
    await expectHeld({ ...first, text: { S: 'x' } }, second, third);
    await ok('UpdateItem', {
      TableName: name,
      Key: { id: { S: '1' } },
      UpdateExpression: 'SET longer = :v REMOVE n',
      ExpressionAttributeValues: { ':v': { S: 'a longer text' } },
    });
    const updated: Item = { id: { S: '1' }, text: { S: 'x' }, longer: { S: 'a longer text' } };
    await expectHeld(updated, second, third);
    await ok('DeleteItem', { TableName: name, Key: { id: { S: '2' } } });
    await ok('DeleteItem', { TableName: name, Key: { id: { S: 'nobody' } } });
    await expectHeld(updated, third);
    await ok('BatchWriteItem', {
      RequestItems: {
        [name]: [
          { DeleteRequest: { Key: { id: { S: '1' } } } },
          { DeleteRequest: { Key: { id: { S: '3' } } } },
        ],
      },
    });
    await expectHeld();
  });

  refuses('DescribeTable', [
    {
      name: 'no name',
      request: {},
      error: 'ValidationException',
      message: "The parameter 'TableName' is required but was not present in the request",
    },
    {
      name: 'a null name',
      request: { TableName: null },
      error: 'ValidationException',
      message: "The parameter 'TableName' is required but was not present in the request",
    },
    {
      name: 'a short name',
      request: { TableName: 'ab' },
      error: 'ValidationException',
      message: 'TableName must be at least 3 characters long and at most 255 characters long',
    },
    {
      name: 'an unknown table',
      request: { TableName: 'nosuch-table' },
      error: 'ResourceNotFoundException',
      message: 'Requested resource not found: Table: nosuch-table not found',
    },
  ]);
});
