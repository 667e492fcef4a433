// Tables with secondary indexes: how a test writes one down, makes it and sees what an index holds.
import type {
  AttributeDefinition,
  CreateTableCommandInput,
  GlobalSecondaryIndex,
  KeySchemaElement,
  LocalSecondaryIndex,
  ScalarAttributeType,
} from '@aws-sdk/client-dynamodb';
import { expect } from 'vitest';
import type { Json } from '../support/call.ts';
import type { Item } from '../support/item_size.ts';
import { makeTable, ok, tableRequest } from '../support/service.ts';

export const S = (text: string) => ({ S: text });
export const N = (number: number | string) => ({ N: String(number) });
export const B = (text: string) => ({ B: Buffer.from(text).toString('base64') });

export const invalid = 'One or more parameter values were invalid: ';

export const throughput = (read: number, write: number) => ({
  ReadCapacityUnits: read,
  WriteCapacityUnits: write,
});
/** For a table that has units of its own and is not on demand. */
export const provisioned = { BillingMode: undefined, ProvisionedThroughput: throughput(5, 5) };

/** "c:S d:N" as attribute definitions. */
export function definitions(attributes: string): AttributeDefinition[] {
  return attributes
    .split(' ')
    .filter((attribute) => attribute !== '')
    .map((attribute) => {
      const [name, type] = attribute.split(':');
      return { AttributeName: name, AttributeType: type as ScalarAttributeType };
    });
}

/** "c", "c / d" or "a b / c d" as a key schema: the partition key, then the sort key. */
export function keySchema(keys: string): KeySchemaElement[] {
  const [partition, sort = ''] = keys.split('/');
  const elements = (names: string, type: 'HASH' | 'RANGE') =>
    names
      .split(' ')
      .filter((name) => name !== '')
      .map((name) => ({ AttributeName: name, KeyType: type }));
  return [...elements(partition, 'HASH'), ...elements(sort, 'RANGE')];
}

/** What an index holds: everything, its keys and the table's, or those and some attributes. */
export type Projected = 'ALL' | 'KEYS_ONLY' | string[];

/** An index as CreateTable takes it, local or global. */
export function index(
  name: string,
  keys: string,
  projected: Projected = 'ALL',
  more: Partial<GlobalSecondaryIndex> = {},
): GlobalSecondaryIndex & LocalSecondaryIndex {
  const projection = Array.isArray(projected)
    ? { ProjectionType: 'INCLUDE' as const, NonKeyAttributes: projected }
    : { ProjectionType: projected };
  return { IndexName: name, KeySchema: keySchema(keys), Projection: projection, ...more };
}

/** A table with indexes. `keys` are the table's, `attributes` the other ones that keys are made of. */
export interface Shape {
  keys: string;
  attributes: string;
  local?: LocalSecondaryIndex[];
  global?: GlobalSecondaryIndex[];
}

function indexMembers({ keys, attributes, local, global }: Shape) {
  return {
    AttributeDefinitions: definitions(`${keys} ${attributes}`),
    LocalSecondaryIndexes: local,
    GlobalSecondaryIndexes: global,
  };
}

export function indexedRequest(
  name: string,
  shape: Shape,
  extra: Partial<CreateTableCommandInput> = {},
): CreateTableCommandInput {
  return { ...tableRequest(name, shape.keys), ...indexMembers(shape), ...extra };
}

/** Creates a table with indexes, waits until it is ACTIVE and gives its name. */
export function makeIndexed(
  shape: Shape,
  hint = 'index',
  extra: Partial<CreateTableCommandInput> = {},
): Promise<string> {
  return makeTable(shape.keys, hint, { ...indexMembers(shape), ...extra });
}

/** What DescribeTable says of one index, local or global; undefined when it is not there. */
export function indexOf(description: Json, name: string): Json {
  const { LocalSecondaryIndexes: local = [], GlobalSecondaryIndexes: global = [] } = description;
  return [...local, ...global].find((index) => index.IndexName === name);
}

export async function describeIndex(table: string, name: string): Promise<Json> {
  return indexOf((await ok('DescribeTable', { TableName: table })).Table, name);
}

/** Asks until the index is in the wanted state; each round is a request, none waits for time. */
export async function untilIndex(
  table: string,
  name: string,
  status: string | 'GONE',
): Promise<Json> {
  for (let round = 0; round < 5000; ++round) {
    const found = await describeIndex(table, name);
    if ((found?.IndexStatus ?? 'GONE') === status) return found;
  }
  throw new Error(`index ${name} of table ${table} did not become ${status}`);
}

export async function put(table: string, ...items: Item[]): Promise<void> {
  for (const item of items) await ok('PutItem', { TableName: table, Item: item });
}

/** Everything that an index, or the table itself, holds; in no order. */
export async function held(table: string, indexName?: string): Promise<Item[]> {
  const items: Item[] = [];
  let from: Json;
  do {
    const answer = await ok('Scan', {
      TableName: table,
      IndexName: indexName,
      ExclusiveStartKey: from,
    });
    items.push(...answer.Items);
    from = answer.LastEvaluatedKey;
  } while (from);
  return items;
}

/** The same items in an order of this function's own, so that two lists can be compared. */
export function unordered(items: Json[]): Json[] {
  const text = (item: Json) => JSON.stringify(Object.entries(item).sort());
  return [...items].sort((a, b) => (text(a) < text(b) ? -1 : 1));
}

export function expectSame(items: Json[], expected: Json[]): void {
  expect(unordered(items)).toEqual(unordered(expected));
}

/** An item with these attributes alone, as far as it has them. */
export function pick(item: Item, names: string[]): Item {
  return Object.fromEntries(Object.entries(item).filter(([name]) => names.includes(name)));
}

/** The rows that an index with this description has to hold of these items of its table. */
export function rowsOf(items: Item[], description: Json, table: Json): Item[] {
  const names = (keys: KeySchemaElement[]) => keys.map((key) => key.AttributeName!);
  const types = Object.fromEntries(
    table.AttributeDefinitions.map((definition: AttributeDefinition) => [
      definition.AttributeName,
      definition.AttributeType,
    ]),
  );
  const keys = names(description.KeySchema);
  const fits = (item: Item) => keys.every((name) => item[name] && types[name] in item[name]);
  const { ProjectionType: type, NonKeyAttributes: others = [] } = description.Projection;
  const projected = [...names(table.KeySchema), ...keys, ...others];
  return items.filter(fits).map((item) => (type === 'ALL' ? item : pick(item, projected)));
}

/** Every index of the table holds what the items of the table have for it, no more and no less. */
export async function expectIndexes(table: string): Promise<void> {
  const { Table: description } = await ok('DescribeTable', { TableName: table });
  const { LocalSecondaryIndexes: local = [], GlobalSecondaryIndexes: global = [] } = description;
  const items = await held(table);
  for (const found of [...local, ...global]) {
    expectSame(await held(table, found.IndexName), rowsOf(items, found, description));
  }
}
