// Indexes and restarts: what was there is there, what was being made is made.
import { afterAll, afterEach, beforeEach, expect, test } from 'vitest';
import { callAt, type Json } from '../support/call.ts';
import type { Item } from '../support/item_size.ts';
import { killLeftovers, makeFolder, removeFolder, Server } from '../support/server.ts';
import { definitions, expectSame, index, indexedRequest, indexOf, N, rowsOf, S } from './tables.ts';

let folder: string;
let server: Server;
beforeEach(async () => {
  folder = await makeFolder();
  server = await Server.start({ folder });
});
afterEach(async () => {
  await server.stop();
  await removeFolder(folder);
});
afterAll(killLeftovers);

const table = 'kept';
async function ok(operation: string, request: object): Promise<Json> {
  const answer = await callAt(server.endpoint, operation, { TableName: table, ...request });
  expect(answer.status, answer.text).toBe(200);
  return answer.body;
}
async function until(holds: (description: Json) => boolean): Promise<Json> {
  for (;;) {
    const { Table: description } = await ok('DescribeTable', {});
    if (holds(description)) return description;
  }
}
const active = (description: Json): boolean =>
  description.TableStatus === 'ACTIVE' &&
  (description.GlobalSecondaryIndexes ?? []).every((found: Json) => found.IndexStatus === 'ACTIVE');

async function held(indexName?: string): Promise<Item[]> {
  const items: Item[] = [];
  let from: Json;
  do {
    const answer = await ok('Scan', { IndexName: indexName, ExclusiveStartKey: from });
    items.push(...answer.Items);
    from = answer.LastEvaluatedKey;
  } while (from);
  return items;
}

/** Every index is ACTIVE and holds what the table's items have for it. */
async function expectWhole(names: string[]): Promise<void> {
  const description = await until(active);
  const items = await held();
  for (const name of names) {
    expectSame(await held(name), rowsOf(items, indexOf(description, name), description));
  }
}

async function fill(count: number): Promise<void> {
  for (let from = 0; from < count; from += 25) {
    const requests = Array.from({ length: 25 }, (_, place) => {
      const n = from + place;
      const rest = n % 4 === 0 ? { x: S('x') } : { c: S(`c${n % 9}`), d: N(n), x: S('x') };
      return { PutRequest: { Item: { a: S(`a${n % 5}`), b: N(n), ...rest } } };
    });
    await ok('BatchWriteItem', { RequestItems: { [table]: requests } });
  }
}

const shape = {
  keys: 'a:S b:N',
  attributes: 'c:S d:N',
  local: [index('by-d', 'a / d', 'KEYS_ONLY')],
  global: [index('of-c', 'c / d', ['x']), index('multi', 'c a / b d')],
};
const names = ['by-d', 'of-c', 'multi'];
const { attributes: _attributes, global: _global, ...withoutGlobal } = shape;
const localAlone = { ...withoutGlobal, attributes: 'd:N' };
const leave: Record<string, () => Promise<unknown>> = {
  'an orderly stop': () => server.stop(),
  'a kill': () => server.kill(),
};

test.each(Object.keys(leave))('indexes are the same after %s', async (way) => {
  await ok('CreateTable', indexedRequest(table, shape));
  await until(active);
  await fill(200);
  await ok('UpdateItem', {
    Key: { a: S('a1'), b: N(1) },
    UpdateExpression: 'SET c = :c REMOVE d',
    ExpressionAttributeValues: { ':c': S('moved') },
  });
  await ok('DeleteItem', { Key: { a: S('a2'), b: N(2) } });
  const before = await until(active);
  await leave[way]();
  server = await Server.start({ folder });
  expect(await until(active)).toEqual(before);
  await expectWhole(names);
  await fill(50);
  await expectWhole(names);
});

test.each(Object.keys(leave))('an index that is being made is made after %s', async (way) => {
  await ok('CreateTable', indexedRequest(table, localAlone));
  await until(active);
  await fill(1500);
  const { TableDescription: answered } = await ok('UpdateTable', {
    AttributeDefinitions: definitions('c:S d:N'),
    GlobalSecondaryIndexUpdates: [{ Create: shape.global[0] }],
  });
  expect(indexOf(answered, 'of-c').IndexStatus).toBe('CREATING');
  await leave[way]();
  server = await Server.start({ folder });
  await until((description) => indexOf(description, 'of-c')?.IndexStatus === 'ACTIVE');
  await expectWhole(['by-d', 'of-c']);
  await fill(25);
  await expectWhole(['by-d', 'of-c']);
});

test.each(Object.keys(leave))('an index that is going is gone after %s', async (way) => {
  await ok('CreateTable', indexedRequest(table, shape));
  await until(active);
  await fill(1500);
  await ok('UpdateTable', { GlobalSecondaryIndexUpdates: [{ Delete: { IndexName: 'of-c' } }] });
  await leave[way]();
  server = await Server.start({ folder });
  const description = await until((described) => indexOf(described, 'of-c') === undefined);
  expect(indexOf(description, 'multi')).toBeDefined();
  await until(active);
  await expectWhole(['by-d', 'multi']);
  // The same name again holds what is there now.
  await ok('UpdateTable', {
    AttributeDefinitions: definitions('d:N'),
    GlobalSecondaryIndexUpdates: [{ Create: index('of-c', 'd', 'KEYS_ONLY') }],
  });
  await until((described) => indexOf(described, 'of-c')?.IndexStatus === 'ACTIVE');
  await expectWhole(['by-d', 'multi', 'of-c']);
});
