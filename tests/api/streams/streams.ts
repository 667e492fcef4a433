// Tables with streams, and what the tests ask of them.
import {
  DynamoDBStreams,
  type GetRecordsCommandOutput,
  type _Record,
} from '@aws-sdk/client-dynamodb-streams';
import { expect } from 'vitest';
import { callAt, type Json } from '../support/call.ts';
import type { Server } from '../support/server.ts';
import { endpoint, makeTable, ok, untilStatus } from '../support/service.ts';
import { readStream, shardsOf, type Ask, type StreamRecord } from '../support/stream_follower.ts';

export type View = 'KEYS_ONLY' | 'NEW_IMAGE' | 'OLD_IMAGE' | 'NEW_AND_OLD_IMAGES';

export const views: View[] = ['KEYS_ONLY', 'NEW_IMAGE', 'OLD_IMAGE', 'NEW_AND_OLD_IMAGES'];

export const streams = new DynamoDBStreams({
  endpoint,
  region: 'us-east-1',
  credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  maxAttempts: 1,
});

export const enabled = (view: View) => ({
  StreamSpecification: { StreamEnabled: true, StreamViewType: view },
});
export const disabled = { StreamSpecification: { StreamEnabled: false } };

/** A table and the stream that is open on it. */
export interface Streamed {
  table: string;
  arn: string;
}

export async function makeStreamed(
  keys = 'id:S',
  view: View = 'NEW_AND_OLD_IMAGES',
  extra: object = {},
): Promise<Streamed> {
  const table = await makeTable(keys, 'streamed', { ...enabled(view), ...extra });
  const { Table: description } = await ok('DescribeTable', { TableName: table });
  return { table, arn: description.LatestStreamArn };
}

/** Enables or disables the table's stream and waits until that is done. */
export async function changeStream(table: string, change: object): Promise<Json> {
  await ok('UpdateTable', { TableName: table, ...change });
  return untilStatus(table, 'ACTIVE');
}

/** The only shard of a stream. */
export async function onlyShard(arn: string): Promise<string> {
  const shards = await shardsOf(ok, arn);
  expect(shards).toHaveLength(1);
  return shards[0].ShardId;
}

export async function iterator(arn: string, type: string, number?: string): Promise<string> {
  const made = await ok('GetShardIterator', {
    StreamArn: arn,
    ShardId: await onlyShard(arn),
    ShardIteratorType: type,
    SequenceNumber: number,
  });
  return made.ShardIterator;
}

export function getRecords(from: string, Limit?: number): Promise<Json> {
  return ok('GetRecords', { ShardIterator: from, Limit });
}

/** All records of a stream so far. */
export function records(arn: string): Promise<StreamRecord[]> {
  return readStream(ok, arn);
}

/** A record as "INSERT a". */
export function told(found: StreamRecord[]): string[] {
  return found.map(({ eventName, dynamodb: { Keys } }) => {
    const keys = Object.values(Keys).map((value) => Object.values(value)[0]);
    return [eventName, ...keys].join(' ');
  });
}

/** All pages that the SDK's client gets from an iterator on, until one is empty or the last. */
export async function sdkRecords(first: string | undefined): Promise<_Record[]> {
  const found: _Record[] = [];
  let next = first;
  while (next) {
    const page: GetRecordsCommandOutput = await streams.getRecords({ ShardIterator: next });
    if (page.Records!.length === 0) break;
    found.push(...page.Records!);
    next = page.NextShardIterator;
  }
  return found;
}

/** Calls that must succeed, of a server of a file's own. */
export function asking(server: Server): Ask {
  return async (operation, request) => {
    const answer = await callAt(server.endpoint, operation, request);
    expect(answer.status, answer.text).toBe(200);
    return answer.body;
  };
}

export async function untilActive(ask: Ask, table: string): Promise<Json> {
  for (;;) {
    const { Table: description } = await ask('DescribeTable', { TableName: table });
    if (description.TableStatus === 'ACTIVE') return description;
  }
}
