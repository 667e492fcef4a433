import { CreateTableCommand, waitUntilTableExists } from '@aws-sdk/client-dynamodb';
import { describe, expect, test } from 'vitest';
import {
  client,
  makeTable,
  ok,
  refuses,
  tableRequest,
  uniqueName,
  untilStatus,
} from '../support/service.ts';

const throughput = (read: number, write: number) => ({
  ReadCapacityUnits: read,
  WriteCapacityUnits: write,
});

describe('CreateTable', () => {
  test('answers CREATING with the whole description, then the table becomes ACTIVE', async () => {
    const name = uniqueName('create');
    const before = Date.now() / 1000 - 5;
    const { TableDescription: made } = await ok('CreateTable', tableRequest(name, 'id:S at:N'));
    expect(made).toEqual({
      TableName: name,
      TableStatus: 'CREATING',
      AttributeDefinitions: [
        { AttributeName: 'id', AttributeType: 'S' },
        { AttributeName: 'at', AttributeType: 'N' },
      ],
      KeySchema: [
        { AttributeName: 'id', KeyType: 'HASH' },
        { AttributeName: 'at', KeyType: 'RANGE' },
      ],
      CreationDateTime: expect.any(Number),
      ItemCount: 0,
      TableSizeBytes: 0,
      TableArn: expect.stringMatching(
        new RegExp(`^arn:aws:dynamodb:[a-z0-9-]+:\\d{12}:table/${name}$`),
      ),
      TableId: expect.stringMatching(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/),
      ProvisionedThroughput: {
        NumberOfDecreasesToday: 0,
        ReadCapacityUnits: 0,
        WriteCapacityUnits: 0,
      },
      BillingModeSummary: expect.objectContaining({ BillingMode: 'PAY_PER_REQUEST' }),
      DeletionProtectionEnabled: false,
    });
    expect(made.CreationDateTime).toBeGreaterThan(before);
    expect(made.CreationDateTime).toBeLessThan(before + 60);

    const active = await untilStatus(name, 'ACTIVE');
    for (const member of ['TableId', 'TableArn', 'CreationDateTime', 'KeySchema']) {
      expect(active[member], member).toEqual(made[member]);
    }
  });

  test('the SDK creates a table and its waiter sees it', async () => {
    const name = uniqueName('waiter');
    const made = await client.send(new CreateTableCommand(tableRequest(name, 'id:B')));
    expect(made.TableDescription?.CreationDateTime).toBeInstanceOf(Date);
    const waited = await waitUntilTableExists(
      { client, maxWaitTime: 20, minDelay: 1 },
      { TableName: name },
    );
    expect(waited.state).toBe('SUCCESS');
  });

  test('provisioned throughput is kept and no billing mode is shown', async () => {
    const name = uniqueName('provisioned');
    const { TableDescription: made } = await ok('CreateTable', {
      ...tableRequest(name, 'id:S'),
      BillingMode: undefined,
      ProvisionedThroughput: throughput(5, 3),
    });
    expect(made.ProvisionedThroughput).toEqual({
      ...throughput(5, 3),
      NumberOfDecreasesToday: 0,
    });
    expect(made.BillingModeSummary).toBeUndefined();
    expect((await untilStatus(name, 'ACTIVE')).ProvisionedThroughput).toEqual(
      made.ProvisionedThroughput,
    );
  });

  test('table class and deletion protection are kept', async () => {
    const name = await makeTable('id:S', 'class', {
      TableClass: 'STANDARD_INFREQUENT_ACCESS',
      DeletionProtectionEnabled: true,
    });
    const { Table: table } = await ok('DescribeTable', { TableName: name });
    expect(table.TableClassSummary).toMatchObject({ TableClass: 'STANDARD_INFREQUENT_ACCESS' });
    expect(table.DeletionProtectionEnabled).toBe(true);
  });

  test('tags given at creation are there', async () => {
    const name = await makeTable('id:S', 'tagged', { Tags: [{ Key: 'team', Value: 'blue' }] });
    const { Table: table } = await ok('DescribeTable', { TableName: name });
    const { Tags: tags } = await ok('ListTagsOfResource', { ResourceArn: table.TableArn });
    expect(tags).toEqual([{ Key: 'team', Value: 'blue' }]);
  });

  test('of many creations at once of one name exactly one succeeds', async () => {
    const request = tableRequest(uniqueName('race'), 'id:S');
    const outcomes = await Promise.allSettled(
      Array.from({ length: 10 }, () => client.send(new CreateTableCommand(request))),
    );
    expect(outcomes.filter((outcome) => outcome.status === 'fulfilled')).toHaveLength(1);
    for (const outcome of outcomes) {
      if (outcome.status === 'rejected') {
        expect(outcome.reason.name).toBe('ResourceInUseException');
        expect(outcome.reason.message).toBe(`Table already exists: ${request.TableName}`);
      }
    }
  });

  test.each([
    ['a.-_Z9', 'every allowed character'],
    ['x'.repeat(255), 'the longest name'],
  ])('%s is a name (%s)', async (name) => {
    const { TableDescription: made } = await ok('CreateTable', tableRequest(name, 'id:S'));
    expect(made.TableName).toBe(name);
  });

  const base = tableRequest('refused-table', 'a:S');
  const oneFault = (path: string, value: string, rule: string) =>
    `1 validation error detected: Value ${value} at '${path}' failed to satisfy constraint: ${rule}`;
  const invalid = 'One or more parameter values were invalid: ';

  refuses('CreateTable', [
    {
      name: 'no name',
      request: { ...base, TableName: undefined },
      error: 'ValidationException',
      message: "The parameter 'TableName' is required but was not present in the request",
    },
    {
      name: 'a short name',
      request: { ...base, TableName: 'ab' },
      error: 'ValidationException',
      message: oneFault('tableName', "'ab'", 'Member must have length greater than or equal to 3'),
    },
    {
      name: 'a long name',
      request: { ...base, TableName: 'x'.repeat(256) },
      error: 'ValidationException',
      message: oneFault(
        'tableName',
        `'${'x'.repeat(256)}'`,
        'Member must have length less than or equal to 255',
      ),
    },
    {
      name: 'a name with a wrong character',
      request: { ...base, TableName: 'a;bc' },
      error: 'ValidationException',
      message: oneFault(
        'tableName',
        "'a;bc'",
        'Member must satisfy regular expression pattern: [a-zA-Z0-9_.-]+',
      ),
    },
    {
      name: 'no key schema and no definitions',
      request: { TableName: 'abc', BillingMode: 'PAY_PER_REQUEST' },
      error: 'ValidationException',
      message: /^2 validation errors detected: .*('attributeDefinitions'|'keySchema')/,
    },
    {
      name: 'no definitions',
      request: { ...base, AttributeDefinitions: undefined },
      error: 'ValidationException',
      message: oneFault('attributeDefinitions', 'null', 'Member must not be null'),
    },
    {
      name: 'an empty key schema',
      request: { ...base, KeySchema: [] },
      error: 'ValidationException',
      message: oneFault('keySchema', "'[]'", 'Member must have length greater than or equal to 1'),
    },
    {
      name: 'three key attributes',
      request: {
        ...base,
        KeySchema: [
          { AttributeName: 'a', KeyType: 'HASH' },
          { AttributeName: 'b', KeyType: 'RANGE' },
          { AttributeName: 'c', KeyType: 'RANGE' },
        ],
      },
      error: 'ValidationException',
      message: oneFault(
        'keySchema',
        "'[KeySchemaElement(attributeName=a, keyType=HASH), KeySchemaElement(attributeName=b, keyType=RANGE), KeySchemaElement(attributeName=c, keyType=RANGE)]'",
        'Member must have length less than or equal to 2',
      ),
    },
    {
      name: 'an unknown attribute type',
      request: { ...base, AttributeDefinitions: [{ AttributeName: 'a', AttributeType: 'X' }] },
      error: 'ValidationException',
      message: oneFault(
        'attributeDefinitions.1.member.attributeType',
        "'X'",
        'Member must satisfy enum value set: [B, N, S]',
      ),
    },
    {
      name: 'an unknown key type',
      request: { ...base, KeySchema: [{ AttributeName: 'a', KeyType: 'HASHX' }] },
      error: 'ValidationException',
      message: oneFault(
        'keySchema.1.member.keyType',
        "'HASHX'",
        'Member must satisfy enum value set: [HASH, RANGE]',
      ),
    },
    {
      name: 'an unknown billing mode',
      request: { ...base, BillingMode: 'PAY_PER_MONTH' },
      error: 'ValidationException',
      message: oneFault(
        'billingMode',
        "'PAY_PER_MONTH'",
        'Member must satisfy enum value set: [PROVISIONED, PAY_PER_REQUEST]',
      ),
    },
    {
      name: 'an unknown table class',
      request: { ...base, TableClass: 'X' },
      error: 'ValidationException',
      message: oneFault(
        'tableClass',
        "'X'",
        'Member must satisfy enum value set: [STANDARD, STANDARD_INFREQUENT_ACCESS]',
      ),
    },
    {
      name: 'throughput on demand',
      request: { ...base, ProvisionedThroughput: throughput(1, 1) },
      error: 'ValidationException',
      message: `${invalid}Neither ReadCapacityUnits nor WriteCapacityUnits can be specified when BillingMode is PAY_PER_REQUEST`,
    },
    {
      name: 'provisioned without throughput',
      request: { ...base, BillingMode: 'PROVISIONED' },
      error: 'ValidationException',
      message: `${invalid}ReadCapacityUnits and WriteCapacityUnits must both be specified when BillingMode is PROVISIONED`,
    },
    {
      name: 'no billing mode and no throughput',
      request: { ...base, BillingMode: undefined },
      error: 'ValidationException',
      message: `${invalid}ReadCapacityUnits and WriteCapacityUnits must both be specified when BillingMode is PROVISIONED`,
    },
    {
      name: 'no units',
      request: { ...base, BillingMode: undefined, ProvisionedThroughput: throughput(0, 1) },
      error: 'ValidationException',
      message: oneFault(
        'provisionedThroughput.readCapacityUnits',
        "'0'",
        'Member must have value greater than or equal to 1',
      ),
    },
    {
      name: 'half a throughput',
      request: {
        ...base,
        BillingMode: undefined,
        ProvisionedThroughput: { ReadCapacityUnits: 1 },
      },
      error: 'ValidationException',
      message: oneFault(
        'provisionedThroughput.writeCapacityUnits',
        'null',
        'Member must not be null',
      ),
    },
    {
      name: 'too many units',
      request: {
        ...base,
        BillingMode: undefined,
        ProvisionedThroughput: throughput(1_000_000_000_001, 1),
      },
      error: 'ValidationException',
      message: 'Given value 1000000000001 for ReadCapacityUnits is out of bounds',
    },
    {
      name: 'no definition at all',
      request: { ...base, AttributeDefinitions: [] },
      error: 'ValidationException',
      message: 'Invalid KeySchema: Some index key attribute have no definition',
    },
    {
      name: 'a key attribute without a definition',
      request: { ...base, AttributeDefinitions: [{ AttributeName: 'b', AttributeType: 'S' }] },
      error: 'ValidationException',
      message: `${invalid}Some index key attributes are not defined in AttributeDefinitions. Keys: [a], AttributeDefinitions: [b]`,
    },
    {
      name: 'a definition without a key',
      request: {
        ...base,
        AttributeDefinitions: [
          { AttributeName: 'a', AttributeType: 'S' },
          { AttributeName: 'b', AttributeType: 'S' },
        ],
      },
      error: 'ValidationException',
      message: `${invalid}Number of attributes in KeySchema does not exactly match number of attributes defined in AttributeDefinitions`,
    },
    {
      name: 'a sort key first',
      request: { ...base, KeySchema: [{ AttributeName: 'a', KeyType: 'RANGE' }] },
      error: 'ValidationException',
      message: 'Invalid KeySchema: The first KeySchemaElement is not a HASH key type',
    },
    {
      name: 'two partition keys',
      request: {
        ...tableRequest('refused-table', 'a:S b:S'),
        KeySchema: [
          { AttributeName: 'a', KeyType: 'HASH' },
          { AttributeName: 'b', KeyType: 'HASH' },
        ],
      },
      error: 'ValidationException',
      message: 'Invalid KeySchema: The second KeySchemaElement is not a RANGE key type',
    },
    {
      name: 'a number for a name',
      request: { ...base, TableName: 5 },
      error: 'SerializationException',
      message: 'NUMBER_VALUE cannot be converted to String',
    },
    {
      name: 'a structure for a name',
      request: { ...base, TableName: {} },
      error: 'SerializationException',
      message: 'Start of structure or map found where not expected',
    },
    {
      name: 'a list for a name',
      request: { ...base, TableName: ['abc'] },
      error: 'SerializationException',
      message: 'Unrecognized collection type class java.lang.String',
    },
    {
      name: 'a string for a list',
      request: { ...base, KeySchema: 'a' },
      error: 'SerializationException',
      message: 'Unexpected field type',
    },
    {
      name: 'a string for a structure in a list',
      request: { ...base, KeySchema: ['a'] },
      error: 'SerializationException',
      message: 'Unexpected value type in payload',
    },
    {
      name: 'a string for a number',
      request: {
        ...base,
        ProvisionedThroughput: { ReadCapacityUnits: '1', WriteCapacityUnits: 1 },
      },
      error: 'SerializationException',
      message: 'STRING_VALUE cannot be converted to Long',
    },
  ]);

  test('an existing name is refused', async () => {
    const name = await makeTable('id:S', 'twice');
    await expect(
      client.send(new CreateTableCommand(tableRequest(name, 'id:S'))),
    ).rejects.toMatchObject({
      name: 'ResourceInUseException',
      message: `Table already exists: ${name}`,
    });
  });
});
