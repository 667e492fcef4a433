// Shards of a table whose partitions are split while it is written: parents end, children go on.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Json } from '../support/call.ts';
import type { Item } from '../support/item_size.ts';
import { killLeftovers, makeFolder, removeFolder, Server } from '../support/server.ts';
import { tableRequest } from '../support/service.ts';
import { StreamCopy } from '../support/stream_copy.ts';
import {
  shardsOf,
  StreamFollower,
  type Ask,
  type ShardDescription,
  type StreamRecord,
} from '../support/stream_follower.ts';
import { asking, enabled, untilActive } from './streams.ts';

const table = 'splitting';
const items = 25;
const padding = { S: 'x'.repeat(100_000) };
// So many are less than a partition may have here, which is 1 MiB.
const itemsOfAPartition = 10;

let folder: string;
let server: Server;
let ask: Ask;
let arn: string;
let shards: ShardDescription[];
const followed: StreamRecord[] = [];

/** The partition in whose shard a record is: its number begins with it. */
const partitionOf = ({ dynamodb }: StreamRecord) => dynamodb.SequenceNumber.slice(0, 10);

/** Writes every item, and gives the records of it. */
async function writeAll(round: number, follower: StreamFollower): Promise<StreamRecord[]> {
  const records: StreamRecord[] = [];
  for (let n = 0; n < items; ++n) {
    const Item: Item = { id: { S: `item-${n}` }, round: { N: String(round) }, padding };
    await ask('PutItem', { TableName: table, Item });
    records.push(...(await follower.poll()));
  }
  return [...records, ...(await follower.drain())];
}

/** Whether no partition has so many items that it will be split. */
function isAtRest(lastRound: StreamRecord[]): boolean {
  const counts = new Map<string, number>();
  for (const record of lastRound)
    counts.set(partitionOf(record), (counts.get(partitionOf(record)) ?? 0) + 1);
  return [...counts.values()].every((count) => count <= itemsOfAPartition);
}

/** Writes until no partition is left to split, and follows the stream meanwhile. */
beforeAll(async () => {
  folder = await makeFolder();
  server = await Server.start({ folder, args: ['--partition-size', '1'] });
  ask = asking(server);
  await ask('CreateTable', { ...tableRequest(table, 'id:S'), ...enabled('NEW_AND_OLD_IMAGES') });
  arn = (await untilActive(ask, table)).LatestStreamArn;
  const follower = new StreamFollower(ask, arn);
  for (let round = 1, rests = false; !rests; ++round) {
    const before = await shardsOf(ask, arn);
    const records = await writeAll(round, follower);
    followed.push(...records);
    shards = await shardsOf(ask, arn);
    rests = before.length === shards.length && isAtRest(records);
  }
}, 120_000);

afterAll(async () => {
  killLeftovers();
  await removeFolder(folder);
});

describe('when partitions are split', () => {
  test('the stream that was followed is the table', async () => {
    const found: Item[] = [];
    let from: Json | undefined;
    do {
      const page = await ask('Scan', { TableName: table, ExclusiveStartKey: from });
      found.push(...page.Items);
      from = page.LastEvaluatedKey;
    } while (from);
    const copy = new StreamCopy(['id']);
    copy.add(followed);
    expect([...copy.problems, ...copy.compare(found)]).toEqual([]);
  });

  test('a parent has an end and two children, which begin after it', () => {
    expect(followed.length % items).toBe(0);
    const parents = shards.filter(({ SequenceNumberRange: r }) => r.EndingSequenceNumber);
    expect(parents.length).toBeGreaterThanOrEqual(2);
    for (const { ShardId, SequenceNumberRange: range } of parents) {
      const children = shards.filter(({ ParentShardId }) => ParentShardId === ShardId);
      expect(children).toHaveLength(2);
      for (const { SequenceNumberRange: of } of children)
        expect(of.StartingSequenceNumber > range.EndingSequenceNumber!).toBe(true);
    }
    const ids = shards.map(({ ShardId }) => ShardId);
    expect([...ids].sort()).toEqual(ids);
    expect(shards.filter(({ ParentShardId }) => !ParentShardId)).toHaveLength(1);
  });

  test('each record is in the range of its shard, and pages of a parent end', async () => {
    for (const { ShardId, SequenceNumberRange: range } of shards) {
      const made = await ask('GetShardIterator', {
        StreamArn: arn,
        ShardId,
        ShardIteratorType: 'TRIM_HORIZON',
      });
      let next: string | undefined = made.ShardIterator;
      while (next) {
        const page: Json = await ask('GetRecords', { ShardIterator: next });
        for (const { dynamodb } of page.Records) {
          expect(dynamodb.SequenceNumber >= range.StartingSequenceNumber).toBe(true);
          const end = range.EndingSequenceNumber;
          expect(!end || dynamodb.SequenceNumber <= end).toBe(true);
        }
        next = page.NextShardIterator;
        if (page.Records.length === 0 && !range.EndingSequenceNumber) break;
        expect(next || range.EndingSequenceNumber).toBeTruthy();
      }
    }
  });

  test('DescribeStream gives shards page by page, and the children of one', async () => {
    const paged: string[] = [];
    let from: string | undefined;
    do {
      const { StreamDescription: page } = await ask('DescribeStream', {
        StreamArn: arn,
        Limit: 2,
        ExclusiveStartShardId: from,
      });
      paged.push(...page.Shards.map(({ ShardId }: ShardDescription) => ShardId));
      from = page.LastEvaluatedShardId;
    } while (from);
    expect(paged).toEqual(shards.map(({ ShardId }) => ShardId));

    for (const { ShardId } of shards) {
      const { StreamDescription: filtered } = await ask('DescribeStream', {
        StreamArn: arn,
        ShardFilter: { Type: 'CHILD_SHARDS', ShardId },
      });
      const children = shards.filter(({ ParentShardId }) => ParentShardId === ShardId);
      expect(filtered.Shards).toEqual(children);
    }
  });

  test('LATEST of a shard that has ended gives nothing and no further iterator', async () => {
    const ended = shards.find(({ SequenceNumberRange: r }) => r.EndingSequenceNumber)!;
    const made = await ask('GetShardIterator', {
      StreamArn: arn,
      ShardId: ended.ShardId,
      ShardIteratorType: 'LATEST',
    });
    const page = await ask('GetRecords', { ShardIterator: made.ShardIterator });
    expect(page.Records).toEqual([]);
    expect(page).not.toHaveProperty('NextShardIterator');
  });

  test('all of it is there after a restart', async () => {
    await server.stop();
    server = await Server.start({ folder });
    ask = asking(server);
    expect(await shardsOf(ask, arn)).toEqual(shards);
    const again = await new StreamFollower(ask, arn).drain();
    const number = ({ dynamodb }: StreamRecord) => dynamodb.SequenceNumber;
    expect(again.map(number).sort()).toEqual(followed.map(number).sort());
    await server.stop();
  });
});
