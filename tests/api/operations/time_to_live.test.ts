import {
  DescribeTimeToLiveCommand,
  UpdateTimeToLiveCommand,
  type TimeToLiveSpecification,
} from '@aws-sdk/client-dynamodb';
import { describe, expect, test } from 'vitest';
import {
  call,
  client,
  constraint,
  expectError,
  makeTable,
  ok,
  refuses,
  tableRequest,
  untilStatus,
} from '../support/service.ts';

const specification = (Enabled: boolean, AttributeName = 'ttl'): TimeToLiveSpecification => ({
  Enabled,
  AttributeName,
});

function update(name: string, enabled: boolean, attribute?: string) {
  const TimeToLiveSpecification = specification(enabled, attribute);
  return call('UpdateTimeToLive', { TableName: name, TimeToLiveSpecification });
}

async function untilTimeToLive(name: string, status: string) {
  for (let round = 0; round < 5000; ++round) {
    const { TimeToLiveDescription: found } = await ok('DescribeTimeToLive', { TableName: name });
    if (found.TimeToLiveStatus === status) return found;
    expect(found.TimeToLiveStatus).toMatch(/^(ENABLING|DISABLING)$/);
  }
  throw new Error(`Time to Live of ${name} did not become ${status}`);
}

describe('Time to Live', () => {
  test('is DISABLED, and without an attribute, until it is enabled', async () => {
    const name = await makeTable('id:S');
    expect(await ok('DescribeTimeToLive', { TableName: name })).toEqual({
      TimeToLiveDescription: { TimeToLiveStatus: 'DISABLED' },
    });
  });

  test('is enabled by the SDK, for a name and for an ARN', async () => {
    const name = await makeTable('id:S');
    const { Table: table } = await ok('DescribeTable', { TableName: name });
    const answer = await client.send(
      new UpdateTimeToLiveCommand({
        TableName: table.TableArn,
        TimeToLiveSpecification: specification(true, 'expires at'),
      }),
    );
    expect(answer.TimeToLiveSpecification).toEqual(specification(true, 'expires at'));
    await untilTimeToLive(name, 'ENABLED');
    const described = await client.send(
      new DescribeTimeToLiveCommand({ TableName: table.TableArn }),
    );
    expect(described.TimeToLiveDescription).toEqual({
      TimeToLiveStatus: 'ENABLED',
      AttributeName: 'expires at',
    });
  });

  test('is not seen in the description of the table, which stays ACTIVE', async () => {
    const name = await makeTable('id:S');
    const before = await ok('DescribeTable', { TableName: name });
    expect((await update(name, true)).status).toBe(200);
    expect(await ok('DescribeTable', { TableName: name })).toEqual(before);
    await untilTimeToLive(name, 'ENABLED');
    expect(await ok('DescribeTable', { TableName: name })).toEqual(before);
  });

  test('may be by an attribute of the key', async () => {
    const name = await makeTable('id:S at:N');
    expect((await update(name, true, 'at')).status).toBe(200);
    await untilTimeToLive(name, 'ENABLED');
  });

  test('costs no capacity', async () => {
    const name = await makeTable('id:S');
    await update(name, true);
    await untilTimeToLive(name, 'ENABLED');
    const put = await ok('PutItem', {
      TableName: name,
      Item: { id: { S: 'a' }, ttl: { N: '4000000000' } },
      ReturnConsumedCapacity: 'INDEXES',
    });
    expect(put.ConsumedCapacity).toEqual({
      TableName: name,
      CapacityUnits: 1,
      Table: { CapacityUnits: 1 },
    });
  });

  test('goes with its table', async () => {
    const name = await makeTable('id:S');
    await update(name, true);
    await ok('DeleteTable', { TableName: name });
    await untilStatus(name, 'GONE');
    await ok('CreateTable', tableRequest(name, 'id:S'));
    await untilStatus(name, 'ACTIVE');
    await untilTimeToLive(name, 'DISABLED');
  });
});

describe('a change that is none, or comes too early, is refused', () => {
  const refused = (answer: Awaited<ReturnType<typeof call>>, message: string): void =>
    expectError(answer, 'ValidationException', message);
  const tooEarly = 'Time to live has been modified multiple times within a fixed interval';

  test('disabling what is disabled', async () => {
    const name = await makeTable('id:S');
    refused(await update(name, false), 'TimeToLive is already disabled');
  });

  test('enabling what is enabled, or being enabled', async () => {
    const name = await makeTable('id:S');
    await update(name, true);
    refused(await update(name, true), 'TimeToLive is already enabled');
    await untilTimeToLive(name, 'ENABLED');
    refused(await update(name, true), 'TimeToLive is already enabled');
  });

  test('with another attribute than the current', async () => {
    const name = await makeTable('id:S');
    await update(name, true);
    const message =
      'TimeToLive is active on a different AttributeName: current AttributeName is ttl';
    refused(await update(name, true, 'other'), message);
    refused(await update(name, false, 'other'), message);
  });

  test('a second one within the hour', async () => {
    const name = await makeTable('id:S');
    await update(name, true);
    refused(await update(name, false), tooEarly);
    await untilTimeToLive(name, 'ENABLED');
    refused(await update(name, false), tooEarly);
  });

  test('one of a table that is being deleted', async () => {
    const name = await makeTable('id:S');
    await ok('DeleteTable', { TableName: name });
    const answer = await update(name, true);
    const isGone = answer.body.__type.endsWith('#ResourceNotFoundException');
    expectError(
      answer,
      isGone ? 'ResourceNotFoundException' : 'ResourceInUseException',
      isGone
        ? `Requested resource not found: Table: ${name} not found`
        : `Attempt to change a resource which is still in use: Table is being deleted: ${name}`,
    );
  });
});

describe('requests', () => {
  const noTable = 'Requested resource not found: Table: no-such-table not found';
  const valid = { TableName: 'no-such-table', TimeToLiveSpecification: specification(true) };
  const at = 'timeToLiveSpecification';

  refuses('UpdateTimeToLive', [
    {
      name: 'a table that is not there',
      request: valid,
      error: 'ResourceNotFoundException',
      message: noTable,
    },
    {
      name: 'no name',
      request: { TimeToLiveSpecification: specification(true) },
      error: 'ValidationException',
      message: "The parameter 'TableName' is required but was not present in the request",
    },
    {
      name: 'no specification',
      request: { TableName: 'no-such-table' },
      error: 'ValidationException',
      message: constraint(at, 'null', 'Member must not be null'),
    },
    {
      name: 'neither Enabled nor AttributeName',
      request: { ...valid, TimeToLiveSpecification: {} },
      error: 'ValidationException',
      message: new RegExp(
        `^2 validation errors detected: Value null at '${at}\\.(enabled|attributeName)' failed to ` +
          `satisfy constraint: Member must not be null; Value null at ` +
          `'${at}\\.(enabled|attributeName)' failed to satisfy constraint: Member must not be null$`,
      ),
    },
    {
      name: 'an empty AttributeName',
      request: { ...valid, TimeToLiveSpecification: specification(true, '') },
      error: 'ValidationException',
      message: constraint(
        `${at}.attributeName`,
        "''",
        'Member must have length greater than or equal to 1',
      ),
    },
    {
      name: 'an AttributeName of 256 characters',
      request: { ...valid, TimeToLiveSpecification: specification(true, 'a'.repeat(256)) },
      error: 'ValidationException',
      message: constraint(
        `${at}.attributeName`,
        `'${'a'.repeat(256)}'`,
        'Member must have length less than or equal to 255',
      ),
    },
    {
      name: 'an AttributeName of 255 characters is none of these',
      request: { ...valid, TimeToLiveSpecification: specification(true, 'a'.repeat(255)) },
      error: 'ResourceNotFoundException',
    },
  ]);

  refuses('DescribeTimeToLive', [
    {
      name: 'a description of a table that is not there',
      request: { TableName: 'no-such-table' },
      error: 'ResourceNotFoundException',
      message: noTable,
    },
    {
      name: 'a description of no name',
      request: {},
      error: 'ValidationException',
      message: "The parameter 'TableName' is required but was not present in the request",
    },
  ]);
});
