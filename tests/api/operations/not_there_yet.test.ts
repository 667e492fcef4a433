// What this server does not do yet it refuses: it never answers as if it had done it.
import { describe, expect, test } from 'vitest';
import { call, tableRequest, uniqueName } from '../support/service.ts';

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
  'CreateBackup',
  'CreateGlobalTable',
  'DeleteBackup',
  'DescribeContinuousBackups',
  'DescribeExport',
  'DescribeImport',
  'DescribeKinesisStreamingDestination',
  'EnableKinesisStreamingDestination',
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
  'UpdateContinuousBackups',
])('%s is an unknown operation', async (operation) => {
  const answer = await call(operation, { TableName: 'nosuch-table' });
  expect(answer.status).toBe(400);
  expect(answer.body).toEqual({ __type: 'com.amazon.coral.service#UnknownOperationException' });
});
