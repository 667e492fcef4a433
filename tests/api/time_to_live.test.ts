// Items that expire, on a server that looks for them often and lets Time to Live be changed at any
// time.
import {
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  UpdateTimeToLiveCommand,
} from '@aws-sdk/client-dynamodb';
import { afterAll, afterEach, beforeEach, expect, test } from 'vitest';
import { callAt, type Json } from './support/call.ts';
import { killLeftovers, makeFolder, removeFolder, Server } from './support/server.ts';
import { tableRequest } from './support/service.ts';

const often = ['--ttl-change-interval', '0', '--ttl-sweep-interval-ms', '5'];
const table = 'sessions';
const longAgo = 1_000_000_000;

let folder: string;
let server: Server;
beforeEach(async () => {
  folder = await makeFolder();
  server = await Server.start({ folder, args: often });
});
afterEach(async () => {
  await server.stop();
  await removeFolder(folder);
});
afterAll(killLeftovers);

async function ok(operation: string, request: object): Promise<Json> {
  const answer = await callAt(server.endpoint, operation, { TableName: table, ...request });
  expect(answer.status, answer.text).toBe(200);
  return answer.body;
}

async function makeTable(): Promise<void> {
  const request = tableRequest(table, 'id:S at:N');
  const keys = (sort: string) => [
    { AttributeName: 'id', KeyType: 'HASH' as const },
    { AttributeName: sort, KeyType: 'RANGE' as const },
  ];
  const Projection = { ProjectionType: 'ALL' as const };
  request.AttributeDefinitions!.push({ AttributeName: 'user', AttributeType: 'S' });
  request.LocalSecondaryIndexes = [{ IndexName: 'local', KeySchema: keys('user'), Projection }];
  request.GlobalSecondaryIndexes = [
    {
      IndexName: 'global',
      KeySchema: [{ AttributeName: 'user', KeyType: 'HASH' as const }],
      Projection,
    },
  ];
  await ok('CreateTable', request);
  for (;;) {
    const { Table: found } = await ok('DescribeTable', {});
    if (found.TableStatus === 'ACTIVE') return;
  }
}

async function change(enabled: boolean): Promise<void> {
  await ok('UpdateTimeToLive', {
    TimeToLiveSpecification: { Enabled: enabled, AttributeName: 'ttl' },
  });
  const wanted = enabled ? 'ENABLED' : 'DISABLED';
  for (;;) {
    const { TimeToLiveDescription: found } = await ok('DescribeTimeToLive', {});
    if (found.TimeToLiveStatus === wanted) return;
  }
}

const seconds = (): number => Math.floor(Date.now() / 1000);

function item(id: number, ttl: Json): Json {
  return { id: { S: `id-${id % 7}` }, at: { N: `${id}` }, user: { S: `u${id % 3}` }, ttl };
}

async function fill(items: Json[]): Promise<void> {
  for (let from = 0; from < items.length; from += 25) {
    const requests = items
      .slice(from, from + 25)
      .map((each: Json) => ({ PutRequest: { Item: each } }));
    const answer = await callAt(server.endpoint, 'BatchWriteItem', {
      RequestItems: { [table]: requests },
    });
    expect(answer.body, answer.text).toEqual({ UnprocessedItems: {} });
  }
}

/** Numbers of the items in the table or an index, in order. */
async function held(IndexName?: string): Promise<number[]> {
  const numbers: number[] = [];
  let ExclusiveStartKey: Json;
  do {
    const answer = await ok('Scan', { IndexName, ExclusiveStartKey, ConsistentRead: !IndexName });
    numbers.push(...answer.Items.map((each: Json) => Number(each.at.N)));
    ExclusiveStartKey = answer.LastEvaluatedKey;
  } while (ExclusiveStartKey);
  return numbers.sort((a, b) => a - b);
}

/** Asks until that is what the table holds; then so do its indexes. */
async function untilHeld(numbers: number[]): Promise<void> {
  for (;;) {
    const found = await held();
    expect(found).toEqual(expect.arrayContaining(numbers));
    if (found.length === numbers.length) break;
  }
  await expectSameEverywhere();
}

async function expectSameEverywhere(): Promise<void> {
  const found = await held();
  expect(await held('local')).toEqual(found);
  expect(await held('global')).toEqual(found);
  const { Table: description } = await ok('DescribeTable', {});
  expect(description.ItemCount).toBe(found.length);
}

test('items go from the table and its indexes, and only those that have expired', async () => {
  await makeTable();
  await change(true);
  const now = seconds();
  await fill([
    item(1, { N: `${now - 100}` }),
    item(2, { N: `${now + 100}` }),
    item(3, { S: `${now - 100}` }),
    item(4, { N: `${now - 100}.75` }),
    item(5, { N: `${(now - 100) * 1000}` }),
    item(6, { N: `${longAgo}` }),
    item(7, { L: [{ N: `${now - 100}` }] }),
    item(8, { N: `${now - 1}` }),
  ]);
  await untilHeld([2, 3, 5, 6, 7]);
});

test('those that were there before it was enabled go, and after it was disabled none', async () => {
  await makeTable();
  const expired = Array.from({ length: 100 }, (_, id) => item(id, { N: `${seconds() - 100}` }));
  await fill(expired);
  await fill([item(100, { N: `${seconds() + 1000}` })]);
  await change(true);
  await untilHeld([100]);
  await change(false);
  await fill(expired);
  // Enabled again by another attribute, it looks at all of them and finds nothing.
  await ok('UpdateTimeToLive', {
    TimeToLiveSpecification: { Enabled: true, AttributeName: 'other' },
  });
  await fill([{ ...item(101, { N: '0' }), other: { N: `${seconds() - 100}` } }]);
  await untilHeld([...expired.keys(), 100]);
});

test('an item that is renewed in time stays', async () => {
  await makeTable();
  await change(true);
  const client = new DynamoDBClient({
    endpoint: server.endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'any', secretAccessKey: 'any' },
  });
  const expires = seconds() + 1;
  await client.send(new PutItemCommand({ TableName: table, Item: item(1, { N: `${expires}` }) }));
  await client.send(new PutItemCommand({ TableName: table, Item: item(2, { N: `${expires}` }) }));
  await ok('UpdateItem', {
    Key: { id: { S: 'id-1' }, at: { N: '1' } },
    UpdateExpression: 'SET #ttl = :later',
    ExpressionAttributeNames: { '#ttl': 'ttl' },
    ExpressionAttributeValues: { ':later': { N: `${expires + 1000}` } },
  });
  await untilHeld([1]);
  const { Item: renewed } = await client.send(
    new GetItemCommand({ TableName: table, Key: { id: { S: 'id-1' }, at: { N: '1' } } }),
  );
  expect(renewed).toEqual(item(1, { N: `${expires + 1000}` }));
  const again = new UpdateTimeToLiveCommand({
    TableName: table,
    TimeToLiveSpecification: { Enabled: true, AttributeName: 'ttl' },
  });
  await expect(client.send(again)).rejects.toMatchObject({
    name: 'ValidationException',
    message: 'TimeToLive is already enabled',
  });
  client.destroy();
});

test('a server that is killed, or stopped, while items go leaves tables and indexes that agree', async () => {
  await makeTable();
  await change(true);
  const kept = Array.from({ length: 50 }, (_, id) => item(10_000 + id, { S: 'never' }));
  await fill(kept);
  const expires = seconds() + 1;
  await fill(Array.from({ length: 1500 }, (_, id) => item(id, { N: `${expires}` })));
  for (let deaths = 0; deaths < 3; ++deaths) {
    // As soon as some have gone.
    const before = (await held()).length;
    while (before > kept.length && (await held()).length === before);
    await (deaths === 1 ? server.stop() : server.kill());
    server = await Server.start({ folder, args: often });
    // Items go on going: the indexes have what the table has now, or had a moment ago.
    const [first, local, global, last] = [
      await held(),
      await held('local'),
      await held('global'),
      await held(),
    ];
    for (const rows of [local, global]) {
      expect(first).toEqual(expect.arrayContaining(rows));
      expect(rows).toEqual(expect.arrayContaining(last));
    }
  }
  await untilHeld(kept.map((each) => Number(each.at.N)));
});

test('a server that starts again goes on, and so does a table that was being prepared', async () => {
  await makeTable();
  await fill(Array.from({ length: 500 }, (_, id) => item(id, { N: `${seconds() - 100}` })));
  await ok('UpdateTimeToLive', {
    TimeToLiveSpecification: { Enabled: true, AttributeName: 'ttl' },
  });
  await server.kill();
  server = await Server.start({ folder, args: often });
  await untilHeld([]);
  expect(await ok('DescribeTimeToLive', {})).toEqual({
    TimeToLiveDescription: { TimeToLiveStatus: 'ENABLED', AttributeName: 'ttl' },
  });
});
