import { describe, expect, test } from 'vitest';
import { call, constraint, expectError, ok, refuses } from '../support/service.ts';
import { makeStreamed, onlyShard, streams, views } from './streams.ts';

const nosuch =
  'arn:aws:dynamodb:us-east-1:000000000000:table/nosuch-table/stream/2026-01-01T00:00:00.000';

describe('DescribeStream', () => {
  test.each(views)('everything of a stream of %s', async (view) => {
    const before = Date.now() / 1000 - 5;
    const { table, arn } = await makeStreamed('id:S at:N', view);
    const { StreamDescription: stream } = await ok('DescribeStream', { StreamArn: arn });
    expect(stream).toEqual({
      StreamArn: arn,
      StreamLabel: arn.split('/stream/')[1],
      StreamStatus: 'ENABLED',
      StreamViewType: view,
      CreationRequestDateTime: expect.any(Number),
      TableName: table,
      KeySchema: [
        { AttributeName: 'id', KeyType: 'HASH' },
        { AttributeName: 'at', KeyType: 'RANGE' },
      ],
      Shards: [
        {
          ShardId: expect.stringMatching(/^shardId-\d{20}-[0-9a-f]{8}$/),
          SequenceNumberRange: { StartingSequenceNumber: expect.stringMatching(/^\d{21,40}$/) },
        },
      ],
    });
    expect(stream.CreationRequestDateTime).toBeGreaterThan(before);
    expect(stream.CreationRequestDateTime).toBeLessThan(before + 60);
    expect(`${new Date(stream.CreationRequestDateTime * 1000).toISOString()}`).toBe(
      `${stream.StreamLabel}Z`,
    );
  });

  test('the SDK reads it', async () => {
    const { table, arn } = await makeStreamed();
    const { StreamDescription: stream } = await streams.describeStream({ StreamArn: arn });
    expect(stream!.CreationRequestDateTime).toBeInstanceOf(Date);
    expect(stream!.TableName).toBe(table);
    expect(stream!.Shards).toHaveLength(1);
  });

  test('shards in pages', async () => {
    const { arn } = await makeStreamed();
    const shard = await onlyShard(arn);
    const page = async (request: object) =>
      (await ok('DescribeStream', { StreamArn: arn, ...request })).StreamDescription;
    const first = await page({ Limit: 1 });
    expect(first.Shards).toHaveLength(1);
    expect(first).not.toHaveProperty('LastEvaluatedShardId');
    const rest = await page({ ExclusiveStartShardId: shard });
    expect(rest.Shards).toEqual([]);
    expect(rest).not.toHaveProperty('LastEvaluatedShardId');
  });

  test('the children of a shard that has none', async () => {
    const { arn } = await makeStreamed();
    const { StreamDescription: stream } = await streams.describeStream({
      StreamArn: arn,
      ShardFilter: { Type: 'CHILD_SHARDS', ShardId: await onlyShard(arn) },
    });
    expect(stream!.Shards).toEqual([]);
  });

  test('of no table, and of a table with another stream', async () => {
    const { arn } = await makeStreamed();
    for (const wrong of [nosuch, arn.replace(/stream\/.*/, 'stream/2026-01-01T00:00:00.000')]) {
      expectError(
        await call('DescribeStream', { StreamArn: wrong }),
        'ResourceNotFoundException',
        `Requested resource not found: Stream: ${wrong} not found`,
      );
    }
  });

  const member = (path: string, value: string, rule: string) => ({
    error: 'ValidationException',
    message: constraint(path, value, `Member must ${rule}`),
  });
  refuses('DescribeStream', [
    { name: 'no ARN', request: {}, ...member('streamArn', 'null', 'not be null') },
    {
      name: 'a short ARN',
      request: { StreamArn: 'arn' },
      ...member('streamArn', "'arn'", 'have length greater than or equal to 37'),
    },
    {
      name: 'a limit of 0',
      request: { StreamArn: nosuch, Limit: 0 },
      ...member('limit', "'0'", 'have value greater than or equal to 1'),
    },
    {
      name: 'a limit of 101',
      request: { StreamArn: nosuch, Limit: 101 },
      error: 'ValidationException',
      message: /Limit/,
    },
    {
      name: 'a short shard id',
      request: { StreamArn: nosuch, ExclusiveStartShardId: 'shard' },
      ...member('exclusiveStartShardId', "'shard'", 'have length greater than or equal to 28'),
    },
    {
      name: 'an unknown filter',
      request: { StreamArn: nosuch, ShardFilter: { Type: 'ALL' } },
      ...member('shardFilter.type', "'ALL'", 'satisfy enum value set: [CHILD_SHARDS]'),
    },
  ]);
});
