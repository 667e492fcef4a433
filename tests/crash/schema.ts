// Tables and their indexes: as the test writes them down, as requests and as the server describes
// them.
import type { Json } from '../api/support/call.ts';
import type { Item } from '../api/support/item_size.ts';

export type KeyType = 'S' | 'N' | 'B';

export interface KeyAttribute {
  name: string;
  type: KeyType;
}

export type Projected = 'ALL' | 'KEYS_ONLY' | string[];

/** A secondary index. A local one has the table's partition key, too. */
export interface IndexSchema {
  kind: 'local' | 'global';
  name: string;
  partition: KeyAttribute[];
  sort: KeyAttribute[];
  /** What its rows hold; names are those of attributes beside the keys. */
  projected: Projected;
}

export interface TableSchema {
  name: string;
  keys: KeyAttribute[];
  indexes: IndexSchema[];
  /** What keys of indexes are made of beside the table's keys. An item may have each or not. */
  attributes: KeyAttribute[];
}

export interface KeyElement {
  AttributeName: string;
  KeyType: string;
}

export interface IndexDescription {
  IndexName: string;
  /** Of global ones. */
  IndexStatus?: string;
  Backfilling?: boolean;
  KeySchema: KeyElement[];
  Projection: { ProjectionType: string; NonKeyAttributes?: string[] };
  IndexArn: string;
  ItemCount: number;
  IndexSizeBytes: number;
}

export interface Description {
  TableName: string;
  TableId: string;
  TableArn: string;
  TableStatus: string;
  CreationDateTime: number;
  ItemCount: number;
  TableSizeBytes: number;
  LocalSecondaryIndexes?: IndexDescription[];
  GlobalSecondaryIndexes?: IndexDescription[];
}

/** One table as a client sees it: its description, a whole consistent scan, a scan of each index. */
export interface Observed {
  description: Description;
  items: Item[];
  /** Of the indexes that can be read, by name. */
  rows: Map<string, Item[]>;
}

/** "team:S rank:N" as attributes. */
export function attributes(text: string): KeyAttribute[] {
  return text
    .split(' ')
    .filter((word) => word !== '')
    .map((word) => {
      const [name, type] = word.split(':');
      return { name, type: type as KeyType };
    });
}

/** An index of the keys "team:S city:S / rank:N". */
export function index(
  kind: IndexSchema['kind'],
  name: string,
  keys: string,
  projected: Projected,
): IndexSchema {
  const [partition, sort = ''] = keys.split('/');
  return { kind, name, partition: attributes(partition), sort: attributes(sort), projected };
}

export function describedIndexes(description: Description): IndexDescription[] {
  const { LocalSecondaryIndexes: local = [], GlobalSecondaryIndexes: global = [] } = description;
  return [...local, ...global];
}

export function keySchema(partition: KeyAttribute[], sort: KeyAttribute[]): KeyElement[] {
  const elements = (keys: KeyAttribute[], type: string) =>
    keys.map((key) => ({ AttributeName: key.name, KeyType: type }));
  return [...elements(partition, 'HASH'), ...elements(sort, 'RANGE')];
}

export function projection(projected: Projected): IndexDescription['Projection'] {
  return Array.isArray(projected)
    ? { ProjectionType: 'INCLUDE', NonKeyAttributes: projected }
    : { ProjectionType: projected };
}

function indexRequest({ name, partition, sort, projected }: IndexSchema): Json {
  return {
    IndexName: name,
    KeySchema: keySchema(partition, sort),
    Projection: projection(projected),
  };
}

function definitions(keys: KeyAttribute[], indexes: IndexSchema[]): Json {
  const all = [...keys, ...indexes.flatMap(({ partition, sort }) => [...partition, ...sort])];
  const types = new Map(all.map(({ name, type }) => [name, type]));
  return [...types].map(([name, type]) => ({ AttributeName: name, AttributeType: type }));
}

export function createTableRequest({ name, keys, indexes }: TableSchema): Json {
  const requests = (kind: IndexSchema['kind']) => {
    const those = indexes.filter((index) => index.kind === kind).map(indexRequest);
    return those.length > 0 ? those : undefined;
  };
  return {
    TableName: name,
    AttributeDefinitions: definitions(keys, indexes),
    KeySchema: keySchema(keys.slice(0, 1), keys.slice(1)),
    LocalSecondaryIndexes: requests('local'),
    GlobalSecondaryIndexes: requests('global'),
    BillingMode: 'PAY_PER_REQUEST',
  };
}

export function createIndexRequest(table: string, index: IndexSchema): Json {
  return {
    TableName: table,
    AttributeDefinitions: definitions([], [index]),
    GlobalSecondaryIndexUpdates: [{ Create: indexRequest(index) }],
  };
}

export function deleteIndexRequest(table: string, { name }: IndexSchema): Json {
  return { TableName: table, GlobalSecondaryIndexUpdates: [{ Delete: { IndexName: name } }] };
}
