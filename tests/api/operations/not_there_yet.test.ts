// What this server does not do yet it refuses: it never answers as if it had done it.
import { beforeAll, describe, expect, test } from 'vitest';
import { call, makeTable, ok, tableRequest, uniqueName } from '../support/service.ts';

describe('members of another time', () => {
  let table: string;
  const key = { id: { S: 'x' } };
  const item = { ...key, v: { N: '1' } };
  beforeAll(async () => {
    table = await makeTable('id:S', 'later');
    await ok('PutItem', { TableName: table, Item: item });
  });

  // Each would change the outcome if it was obeyed; if it is not obeyed, it must not be passed over.
  test.each<[string, string, object, object | undefined]>([
    [
      'AttributeUpdates',
      'UpdateItem',
      { Key: key, AttributeUpdates: { v: { Value: { N: '2' }, Action: 'PUT' } } },
      { ...key, v: { N: '2' } },
    ],
    [
      'Expected of a put',
      'PutItem',
      { Item: { ...key, v: { N: '3' } }, Expected: { v: { Exists: false } } },
      item,
    ],
    ['Expected of a delete', 'DeleteItem', { Key: key, Expected: { v: { Exists: false } } }, item],
    [
      'ADD',
      'UpdateItem',
      {
        Key: key,
        UpdateExpression: 'ADD v :v',
        ExpressionAttributeValues: { ':v': { N: '5' } },
      },
      { ...key, v: { N: '6' } },
    ],
    [
      'arithmetic',
      'UpdateItem',
      {
        Key: key,
        UpdateExpression: 'SET v = v + :v',
        ExpressionAttributeValues: { ':v': { N: '5' } },
      },
      { ...key, v: { N: '6' } },
    ],
  ])('%s is obeyed or refused', async (_name, operation, request, obeyed) => {
    await ok('PutItem', { TableName: table, Item: item });
    const answer = await call(operation, { TableName: table, ...request });
    const { Item: after } = await ok('GetItem', { TableName: table, Key: key });
    if (answer.status === 200) expect(after).toEqual(obeyed);
    else expect(after).toEqual(item);
  });

  test.each<[string, string, object]>([
    ['KeyConditions', 'Query', { KeyConditions: condition('id', 'EQ', { S: 'nobody' }) }],
    ['ScanFilter', 'Scan', { ScanFilter: condition('v', 'EQ', { N: '7' }) }],
    [
      'QueryFilter',
      'Query',
      {
        KeyConditionExpression: 'id = :id',
        ExpressionAttributeValues: { ':id': key.id },
        QueryFilter: condition('v', 'EQ', { N: '7' }),
      },
    ],
  ])('%s is obeyed or refused', async (_name, operation, request) => {
    const answer = await call(operation, { TableName: table, ...request });
    if (answer.status === 200) expect(answer.body.Items).toEqual([]);
    else expect(answer.status).toBe(400);
  });

  test('AttributesToGet is obeyed or refused', async () => {
    await ok('PutItem', { TableName: table, Item: item });
    for (const operation of ['GetItem', 'Scan']) {
      const request = { TableName: table, AttributesToGet: ['v'] };
      const answer = await call(
        operation,
        operation === 'GetItem' ? { ...request, Key: key } : request,
      );
      if (answer.status === 400) continue;
      expect(answer.body.Item ?? answer.body.Items[0]).toEqual({ v: item.v });
    }
  });
});

function condition(name: string, operator: string, value: object) {
  return { [name]: { ComparisonOperator: operator, AttributeValueList: [value] } };
}

describe('tables', () => {
  const index = (sort: string) => ({
    IndexName: 'index',
    KeySchema: [
      { AttributeName: 'id', KeyType: 'HASH' as const },
      { AttributeName: sort, KeyType: 'RANGE' as const },
    ],
    Projection: { ProjectionType: 'ALL' as const },
  });
  const definitions = ['id', 'at', 'other'].map((name) => ({
    AttributeName: name,
    AttributeType: 'S' as const,
  }));

  test.each<[string, object, string]>([
    [
      'a local index',
      { LocalSecondaryIndexes: [index('other')], AttributeDefinitions: definitions },
      'LocalSecondaryIndexes',
    ],
    [
      'a global index',
      { GlobalSecondaryIndexes: [index('other')], AttributeDefinitions: definitions },
      'GlobalSecondaryIndexes',
    ],
    [
      'a stream',
      { StreamSpecification: { StreamEnabled: true, StreamViewType: 'NEW_IMAGE' } },
      'StreamSpecification',
    ],
  ])('with %s are made so or not at all', async (_name, extra, member) => {
    const name = uniqueName('made-so');
    const answer = await call('CreateTable', { ...tableRequest(name, 'id:S at:S'), ...extra });
    if (answer.status === 200) {
      expect(answer.body.TableDescription[member]).toBeDefined();
      return;
    }
    expect(answer.status).toBe(400);
    const described = await call('DescribeTable', { TableName: name });
    expect(described.body.__type).toMatch(/#ResourceNotFoundException$/);
  });
});

// The operations of DynamoDB that are not in this version.
test.each([
  'BatchExecuteStatement',
  'CreateBackup',
  'CreateGlobalTable',
  'DeleteBackup',
  'DescribeContinuousBackups',
  'DescribeExport',
  'DescribeImport',
  'DescribeKinesisStreamingDestination',
  'DescribeTimeToLive',
  'EnableKinesisStreamingDestination',
  'ExecuteStatement',
  'ExecuteTransaction',
  'ExportTableToPointInTime',
  'GetResourcePolicy',
  'ImportTable',
  'ListBackups',
  'ListContributorInsights',
  'ListExports',
  'ListGlobalTables',
  'ListImports',
  'PutResourcePolicy',
  'RestoreTableFromBackup',
  'RestoreTableToPointInTime',
  'TransactGetItems',
  'TransactWriteItems',
  'UpdateContinuousBackups',
  'UpdateTimeToLive',
])('%s is an unknown operation', async (operation) => {
  const answer = await call(operation, { TableName: 'nosuch-table' });
  expect(answer.status).toBe(400);
  expect(answer.body).toEqual({ __type: 'com.amazon.coral.service#UnknownOperationException' });
});
