import { UpdateTableCommand, waitUntilTableExists } from '@aws-sdk/client-dynamodb';
import { describe, expect, test } from 'vitest';
import { client, makeTable, ok, refuses, untilStatus } from '../support/service.ts';

const units = (read: number, write: number) => ({
  ReadCapacityUnits: read,
  WriteCapacityUnits: write,
});
const provisioned = { BillingMode: undefined, ProvisionedThroughput: units(5, 3) };

async function update(name: string, change: object) {
  return (await ok('UpdateTable', { TableName: name, ...change })).TableDescription;
}

describe('UpdateTable', () => {
  test('new throughput: UPDATING with the old units, then ACTIVE with the new', async () => {
    const name = await makeTable('id:S', 'units', provisioned);
    const updating = await update(name, { ProvisionedThroughput: units(8, 4) });
    expect(updating.TableStatus).toBe('UPDATING');
    expect(updating.ProvisionedThroughput).toMatchObject(units(5, 3));
    const active = await untilStatus(name, 'ACTIVE');
    expect(active.ProvisionedThroughput).toMatchObject({
      ...units(8, 4),
      LastIncreaseDateTime: expect.any(Number),
      NumberOfDecreasesToday: 0,
    });
  });

  test('less throughput is counted', async () => {
    const name = await makeTable('id:S', 'fewer', provisioned);
    await update(name, { ProvisionedThroughput: units(4, 2) });
    const active = await untilStatus(name, 'ACTIVE');
    expect(active.ProvisionedThroughput).toMatchObject({
      ...units(4, 2),
      LastDecreaseDateTime: expect.any(Number),
      NumberOfDecreasesToday: 1,
    });
  });

  test('from on demand to provisioned and back', async () => {
    const name = await makeTable('id:S', 'mode');
    await update(name, { BillingMode: 'PROVISIONED', ProvisionedThroughput: units(7, 6) });
    const first = await untilStatus(name, 'ACTIVE');
    expect(first.ProvisionedThroughput).toMatchObject(units(7, 6));
    expect(first.BillingModeSummary?.BillingMode ?? 'PROVISIONED').toBe('PROVISIONED');
    await update(name, { BillingMode: 'PAY_PER_REQUEST' });
    const second = await untilStatus(name, 'ACTIVE');
    expect(second.ProvisionedThroughput).toMatchObject(units(0, 0));
    expect(second.BillingModeSummary).toMatchObject({
      BillingMode: 'PAY_PER_REQUEST',
      LastUpdateToPayPerRequestDateTime: expect.any(Number),
    });
  });

  test('table class', async () => {
    const name = await makeTable('id:S', 'class');
    await update(name, { TableClass: 'STANDARD_INFREQUENT_ACCESS' });
    const active = await untilStatus(name, 'ACTIVE');
    expect(active.TableClassSummary).toMatchObject({ TableClass: 'STANDARD_INFREQUENT_ACCESS' });
  });

  test('deletion protection, on and off', async () => {
    const name = await makeTable('id:S', 'protect');
    expect(
      (await update(name, { DeletionProtectionEnabled: true })).DeletionProtectionEnabled,
    ).toBe(true);
    const active = await untilStatus(name, 'ACTIVE');
    expect(active.DeletionProtectionEnabled).toBe(true);
    await update(name, { DeletionProtectionEnabled: false });
    expect((await untilStatus(name, 'ACTIVE')).DeletionProtectionEnabled).toBe(false);
  });

  test('items stay, id and ARN stay', async () => {
    const name = await makeTable('id:S', 'stay');
    const before = await untilStatus(name, 'ACTIVE');
    await ok('PutItem', { TableName: name, Item: { id: { S: 'x' } } });
    await client.send(
      new UpdateTableCommand({
        TableName: name,
        BillingMode: 'PROVISIONED',
        ProvisionedThroughput: units(1, 1),
      }),
    );
    await waitUntilTableExists({ client, maxWaitTime: 20, minDelay: 1 }, { TableName: name });
    const after = await untilStatus(name, 'ACTIVE');
    expect([after.TableId, after.TableArn]).toEqual([before.TableId, before.TableArn]);
    expect((await ok('GetItem', { TableName: name, Key: { id: { S: 'x' } } })).Item).toEqual({
      id: { S: 'x' },
    });
  });

  test('the same throughput again is refused', async () => {
    const name = await makeTable('id:S', 'same', provisioned);
    await expect(
      client.send(new UpdateTableCommand({ TableName: name, ProvisionedThroughput: units(5, 3) })),
    ).rejects.toMatchObject({
      name: 'ValidationException',
      message:
        'The provisioned throughput for the table will not change. The requested value equals the current value. ' +
        'Current ReadCapacityUnits provisioned for the table: 5. Requested ReadCapacityUnits: 5. ' +
        'Current WriteCapacityUnits provisioned for the table: 3. Requested WriteCapacityUnits: 3. ' +
        'Refer to the Amazon DynamoDB Developer Guide for current limits and how to request higher limits.',
    });
  });

  test('throughput of a table on demand is refused', async () => {
    const name = await makeTable('id:S', 'demand');
    await expect(
      client.send(new UpdateTableCommand({ TableName: name, ProvisionedThroughput: units(5, 3) })),
    ).rejects.toMatchObject({
      name: 'ValidationException',
      message:
        'One or more parameter values were invalid: Neither ReadCapacityUnits nor WriteCapacityUnits can be specified when BillingMode is PAY_PER_REQUEST',
    });
  });

  refuses('UpdateTable', [
    {
      name: 'no name',
      request: {},
      error: 'ValidationException',
      message: "The parameter 'TableName' is required but was not present in the request",
    },
    {
      name: 'nothing to change',
      request: { TableName: 'nosuch-table' },
      error: 'ValidationException',
      message:
        'At least one of ProvisionedThroughput, BillingMode, UpdateStreamEnabled, GlobalSecondaryIndexUpdates or SSESpecification or ReplicaUpdates is required',
    },
    {
      name: 'an unknown table',
      request: { TableName: 'nosuch-table', BillingMode: 'PAY_PER_REQUEST' },
      error: 'ResourceNotFoundException',
      message: 'Requested resource not found: Table: nosuch-table not found',
    },
    {
      name: 'provisioned without throughput',
      request: { TableName: 'nosuch-table', BillingMode: 'PROVISIONED' },
      error: 'ValidationException',
      message:
        'One or more parameter values were invalid: ProvisionedThroughput must be specified when BillingMode is PROVISIONED',
    },
    {
      name: 'on demand with throughput',
      request: {
        TableName: 'nosuch-table',
        BillingMode: 'PAY_PER_REQUEST',
        ProvisionedThroughput: units(1, 1),
      },
      error: 'ValidationException',
      message:
        'One or more parameter values were invalid: Neither ReadCapacityUnits nor WriteCapacityUnits can be specified when BillingMode is PAY_PER_REQUEST',
    },
    {
      name: 'no units',
      request: { TableName: 'nosuch-table', ProvisionedThroughput: units(1, 0) },
      error: 'ValidationException',
      message:
        "1 validation error detected: Value '0' at 'provisionedThroughput.writeCapacityUnits' failed to satisfy constraint: Member must have value greater than or equal to 1",
    },
  ]);
});
