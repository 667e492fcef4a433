// A consumer as people use it, unchanged: the npm package dynamodb-stream polls the shards, tells of
// records as events, and can save and be given its places in the shards.
import { unmarshall } from '@aws-sdk/util-dynamodb';
import { DynamoDBDocument } from '@aws-sdk/lib-dynamodb';
import DynamoDBStream from 'dynamodb-stream';
import { expect, test } from 'vitest';
import { client } from '../support/service.ts';
import { changeStream, disabled, makeStreamed, onlyShard, streams } from './streams.ts';

const documents = DynamoDBDocument.from(client);

type Row = { id: string; n?: number };

/** A replica of a table that the consumer's events keep. */
class Replica {
  readonly rows = new Map<string, Row>();
  readonly events: string[] = [];

  constructor(readonly consumer: DynamoDBStream) {
    consumer.on('insert record', (row: Row) => this.set('insert', row));
    consumer.on('modify record', (row: Row, _old: Row) => this.set('modify', row));
    consumer.on('remove record', (_old: Row, key: Row) => {
      this.events.push(`remove ${key.id}`);
      this.rows.delete(key.id);
    });
  }

  /** Polls until the replica has had so many events. */
  async catchUp(events: number): Promise<void> {
    const last = Date.now() + 10_000;
    while (this.events.length < events) {
      await this.consumer.fetchStreamState();
      expect(Date.now(), `${this.events.length} of ${events} events`).toBeLessThan(last);
    }
  }

  private set(event: string, row: Row): void {
    this.events.push(`${event} ${row.id}`);
    this.rows.set(row.id, row);
  }
}

const consume = (arn: string) => new Replica(new DynamoDBStream(streams, arn, unmarshall));

async function write(table: string, from: number, to: number): Promise<void> {
  for (let n = from; n <= to; ++n) {
    await documents.put({ TableName: table, Item: { id: `item-${n % 10}`, n } });
    if (n % 7 === 0) await documents.delete({ TableName: table, Key: { id: `item-${n % 10}` } });
  }
}

async function rowsOf(table: string): Promise<Map<string, Row>> {
  const { Items: items } = await documents.scan({ TableName: table, ConsistentRead: true });
  return new Map(items!.map((item) => [item.id, item as Row]));
}

test('keeps a replica', async () => {
  const { table, arn } = await makeStreamed();
  const replica = consume(arn);
  const found: string[] = [];
  replica.consumer.on('new shards', (shards: string[]) => found.push(...shards));
  await replica.consumer.fetchStreamState();
  expect(found).toHaveLength(1);
  await write(table, 1, 70);
  await replica.catchUp(80);
  expect(replica.rows).toEqual(await rowsOf(table));
  expect(replica.events.filter((event) => event.startsWith('remove'))).toHaveLength(10);
});

test('begins anew from the state that was saved and misses nothing', async () => {
  const { table, arn } = await makeStreamed();
  const first = consume(arn);
  await first.consumer.fetchStreamState();
  await write(table, 1, 30);
  await first.catchUp(34);
  const saved = JSON.stringify(first.consumer.getShardState());
  // While no consumer is there.
  await write(table, 31, 70);

  const second = consume(arn);
  second.consumer.setShardState(JSON.parse(saved));
  for (const [id, row] of first.rows) second.rows.set(id, row);
  await write(table, 71, 100);
  await second.catchUp(80);
  expect(second.rows).toEqual(await rowsOf(table));
  const writes = 100 + Math.floor(100 / 7);
  expect(first.events.length + second.events.length).toBe(writes);
});

test('is told of the end of a shard', async () => {
  const { table, arn } = await makeStreamed();
  const replica = consume(arn);
  const removed: string[] = [];
  replica.consumer.on('remove shards', (shards: string[]) => removed.push(...shards));
  await replica.consumer.fetchStreamState();
  await write(table, 1, 5);
  await changeStream(table, disabled);
  await replica.catchUp(5);
  expect(replica.rows).toEqual(await rowsOf(table));
  // It finds the closed shard anew whenever it looks for shards, and its end again.
  await replica.consumer.fetchStreamState();
  expect(removed).toContain(await onlyShard(arn));
  expect(new Set(removed).size).toBe(1);
});
