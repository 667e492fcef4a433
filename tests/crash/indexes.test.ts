// The checker of indexes must be able to fail: what is observed here is made up.
import { describe, expect, test } from 'vitest';
import { itemSize, type Item } from '../api/support/item_size.ts';
import { checkIndexes, rowsOf } from './indexes.ts';
import { attributes, index, keySchema, projection } from './schema.ts';
import type { IndexDescription, IndexSchema, Observed, TableSchema } from './schema.ts';

const local = index('local', 'by-rank', 'id:S / rank:N', ['text']);
const global = index('global', 'of-team', 'team:S city:S / rank:N', 'KEYS_ONLY');
const whole = index('global', 'of-text', 'text:S', 'ALL');
const table: TableSchema = {
  name: 'made-up',
  keys: attributes('id:S at:N'),
  attributes: attributes('team:S city:S rank:N text:S'),
  indexes: [local, global, whole],
};

const key = (at: number) => ({ id: { S: 'id' }, at: { N: String(at) } });
const full = {
  team: { S: 't' },
  city: { S: 'c' },
  rank: { N: '-12.5' },
  text: { S: 'text' },
  more: { BOOL: true },
};
const { team, city, rank, text, more } = full;
const items: Item[] = [
  { ...key(1), ...full },
  { ...key(2), ...full, city: { S: 'd' } },
  { ...key(3), rank, text },
  { ...key(4), team, city, rank, more },
  { ...key(5), more },
];

function describeIndex(schema: IndexSchema): IndexDescription {
  const { kind, name, partition, sort, projected } = schema;
  const rows = rowsOf(table, schema, items);
  return {
    IndexName: name,
    IndexStatus: kind === 'global' ? 'ACTIVE' : undefined,
    KeySchema: keySchema(partition, sort),
    Projection: projection(projected),
    IndexArn: `arn/index/${name}`,
    ItemCount: rows.length,
    IndexSizeBytes: rows.reduce((total, row) => total + itemSize(row), 0),
  };
}

/** What there is to see where nothing is wrong. A new copy each time. */
function observed(): Observed {
  return {
    description: {
      TableName: table.name,
      TableId: 'id',
      TableArn: 'arn',
      TableStatus: 'ACTIVE',
      CreationDateTime: 1,
      ItemCount: items.length,
      TableSizeBytes: 1,
      LocalSecondaryIndexes: [describeIndex(local)],
      GlobalSecondaryIndexes: [describeIndex(global), describeIndex(whole)],
    },
    items: structuredClone(items),
    rows: new Map(
      table.indexes.map(
        (schema) => [schema.name, rowsOf(table, schema, structuredClone(items))] as const,
      ),
    ),
  };
}

describe('the rows of an index', () => {
  test('hold the keys and what is named beside them', () => {
    expect(rowsOf(table, local, items)).toEqual([
      { ...key(1), rank, text },
      { ...key(2), rank, text },
      { ...key(3), rank, text },
      { ...key(4), rank },
    ]);
    expect(rowsOf(table, global, items)).toEqual([
      { ...key(1), team, city, rank },
      { ...key(2), team, city: { S: 'd' }, rank },
      { ...key(4), team, city, rank },
    ]);
    expect(rowsOf(table, whole, items)).toEqual(items.slice(0, 3));
  });

  test.each<[string, Item]>([
    ['of another type', { text: { N: '1' } }],
    ['that is empty', { text: { S: '' } }],
    ['of 2049 bytes', { text: { S: 'é'.repeat(1024) + 'x' } }],
    ['that is null', { text: { NULL: true } }],
    ['that is not there', {}],
  ])('leave out an item with a key %s', (_what, item) => {
    expect(rowsOf(table, whole, [{ ...key(1), ...item }])).toEqual([]);
  });

  test('take longer partition keys than sort keys', () => {
    const item = { ...key(1), text: { S: 'x'.repeat(1025) } };
    const sorted = index('local', 'by-text', 'id:S / text:S', 'ALL');
    expect(rowsOf(table, whole, [item])).toHaveLength(1);
    expect(rowsOf(table, sorted, [item])).toEqual([]);
  });
});

describe('the checker of indexes finds', () => {
  test('nothing where nothing is wrong', () => {
    expect(checkIndexes(table, observed())).toEqual([]);
  });

  const rowsIn = (found: Observed, schema: IndexSchema) => found.rows.get(schema.name)!;
  const first = (found: Observed) => found.description.GlobalSecondaryIndexes![0];

  test.each<[string, (found: Observed) => unknown, RegExp]>([
    ['a lost row', (found) => rowsIn(found, global).pop(), /of-team: has no row .*"4"/],
    ['a lost row of a local index', (found) => rowsIn(found, local).shift(), /by-rank: has no row/],
    [
      'the row of an item that is gone',
      (found) => rowsIn(found, global).push({ ...key(6), team, city, rank }),
      /of-team: should not have the row .*"6"/,
    ],
    [
      'the row of an item that has no such key',
      (found) => rowsIn(found, whole).push(items[4]),
      /of-text: should not have the row .*"5"/,
    ],
    [
      'a row twice',
      (found) => rowsIn(found, local).push(rowsIn(found, local)[0]),
      /by-rank: should not have the row .*"1"/,
    ],
    [
      'a row at its old place',
      (found) => rowsIn(found, global).push({ ...key(1), team: { S: 'old' }, city, rank }),
      /of-team: should not have the row .*old/,
    ],
    [
      'too little of an item',
      (found) => delete rowsIn(found, local)[0].text,
      /by-rank: has no row/,
    ],
    [
      'too much of an item',
      (found) => (rowsIn(found, local)[0].more = more),
      /by-rank: should not have the row .*more/,
    ],
    ['an old value', (found) => (rowsIn(found, whole)[0].more = team), /of-text: has no row/],
    ['an index without rows', (found) => found.rows.delete('of-team'), /of-team: cannot be read/],
    ['a wrong count', (found) => (first(found).ItemCount += 1), /ItemCount is 4/],
    ['a wrong size', (found) => (first(found).IndexSizeBytes += 1), /IndexSizeBytes is/],
    ['an index that is not ACTIVE', (found) => (first(found).IndexStatus = 'CREATING'), /CREATING/],
    ['other keys', (found) => first(found).KeySchema.reverse(), /its keys are/],
    [
      'another projection',
      (found) => (first(found).Projection = { ProjectionType: 'ALL' }),
      /it shows ALL/,
    ],
    ['another ARN', (found) => (first(found).IndexArn = 'arn'), /its ARN is arn/],
    [
      'a lost index',
      (found) => found.description.GlobalSecondaryIndexes!.pop(),
      /of-text: is lost/,
    ],
    [
      'an index that should be gone',
      (found) => (found.description.LocalSecondaryIndexes![0].IndexName = 'other'),
      /other: is there, but should not be/,
    ],
  ])('%s', (_what, harm, problem) => {
    const found = observed();
    harm(found);
    expect(checkIndexes(table, found)).toContainEqual(expect.stringMatching(problem));
  });
});
