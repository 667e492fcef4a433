// The tables that the servers are filled with, and the requests that are put to them.
import { fill, idOf, itemOf, ordersTable, requests, table } from '../request_mix.mjs';

export const itemCount = 10_000;
/** Of an item, as DynamoDB counts them; db_bench gets values of this size. */
export const itemBytes = 450;
const perQuery = 100;

async function create(call, request) {
  await call('CreateTable', request);
  const isActive = async () =>
    (await call('DescribeTable', { TableName: request.TableName })).includes('"ACTIVE"');
  while (!(await isActive()));
}

async function fillOrders(call) {
  await create(call, ordersTable);
  for (let first = 0; first < itemCount; first += 25) {
    const puts = Array.from({ length: 25 }, (_, i) => {
      const item = { ...itemOf(first + i), n: { N: `${(first + i) % perQuery}` } };
      item.id = { S: idOf(Math.floor((first + i) / perQuery)) };
      return { PutRequest: { Item: item } };
    });
    await call('BatchWriteItem', { RequestItems: { orders: puts } });
  }
}

const withStream = (name) => ({
  ...table,
  TableName: name,
  StreamSpecification: { StreamEnabled: true, StreamViewType: 'NEW_AND_OLD_IMAGES' },
});

/** A stream of as many records as there are items. */
async function fillRecorded(call) {
  await create(call, withStream('recorded'));
  for (let first = 0; first < itemCount; first += 25) {
    const puts = Array.from({ length: 25 }, (_, n) => ({
      PutRequest: { Item: itemOf(first + n) },
    }));
    await call('BatchWriteItem', { RequestItems: { recorded: puts } });
  }
}

/** Where a reader of a table's stream begins, which has one shard. */
export async function shardIterator(call, tableName, type) {
  const { Table: described } = JSON.parse(await call('DescribeTable', { TableName: tableName }));
  const StreamArn = described.LatestStreamArn;
  const { StreamDescription: stream } = JSON.parse(await call('DescribeStream', { StreamArn }));
  const [{ ShardId }] = stream.Shards;
  const request = { StreamArn, ShardId, ShardIteratorType: type };
  return JSON.parse(await call('GetShardIterator', request)).ShardIterator;
}

/** How a table is made and filled, with `call(operation, request)`, which gives the text of the answer. */
export const tables = {
  customers: (call) => fill(call, itemCount),
  orders: fillOrders,
  /** For `jedlik bench`, which fills it. */
  streamed: (call) => create(call, withStream('streamed')),
  followed: (call) => create(call, withStream('followed')),
  recorded: fillRecorded,
};

const everyItem = (request) => async () => Array.from({ length: itemCount }, (_, n) => request(n));

const query = (more) => ({
  operation: 'Query',
  table: 'orders',
  bodies: async () =>
    Array.from({ length: itemCount / perQuery }, (_, n) => ({
      TableName: 'orders',
      KeyConditionExpression: 'id = :id',
      ...more,
      ExpressionAttributeValues: { ':id': { S: idOf(n) }, ...more.ExpressionAttributeValues },
    })),
});

/** Where each page of a Scan begins: other items on each server. */
async function scanPages(call) {
  const pages = [];
  for (let start = {}; start;) {
    pages.push({ TableName: 'bench', ...start });
    const { LastEvaluatedKey } = JSON.parse(await call('Scan', pages.at(-1)));
    start = LastEvaluatedKey && { ExclusiveStartKey: LastEvaluatedKey };
  }
  return pages;
}

/** Where each page of a stream begins. */
async function recordPages(call) {
  const pages = [];
  let next = await shardIterator(call, 'recorded', 'TRIM_HORIZON');
  for (;;) {
    const request = { ShardIterator: next };
    const { Records, NextShardIterator } = JSON.parse(await call('GetRecords', request));
    if (Records.length === 0) return pages;
    pages.push(request);
    next = NextShardIterator;
  }
}

/** What wrk sends: the operation, the table that it needs, and the bodies among which it chooses. */
export const wrkRequests = {
  GetItem: { operation: 'GetItem', table: 'customers', bodies: everyItem(requests.GetItem) },
  PutItem: { operation: 'PutItem', table: 'customers', bodies: everyItem(requests.PutItem) },
  UpdateItem: {
    operation: 'UpdateItem',
    table: 'customers',
    bodies: everyItem(requests.UpdateItem),
  },
  'Query of 100': query({}),
  'Query of 100 with a projection': query({ ProjectionExpression: 'id, n, balance, address.city' }),
  'Query of 100 with a filter that half of them pass': query({
    FilterExpression: 'active = :true',
    ExpressionAttributeValues: { ':true': { BOOL: true } },
  }),
  Scan: { operation: 'Scan', table: 'customers', bodies: scanPages },
  GetRecords: { operation: 'GetRecords', table: 'recorded', bodies: recordPages },
};
