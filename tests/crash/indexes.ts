// What a table's items make of its indexes, and the comparison of that with what the indexes hold.
import { itemSize, type AttributeValue, type Item } from '../api/support/item_size.ts';
import { canonical, shortened } from './items.ts';
import { describedIndexes, keySchema, projection } from './schema.ts';
import type { IndexDescription, IndexSchema, KeyAttribute } from './schema.ts';
import type { Observed, TableSchema } from './schema.ts';

const maxPartitionKeyBytes = 2048;
const maxSortKeyBytes = 1024;
const shownRows = 3;

/** Whether an item with this value can be in an index of this key. */
function fits(value: AttributeValue | undefined, key: KeyAttribute, maxBytes: number): boolean {
  if (!value || !(key.type in value)) return false;
  if ('S' in value) return value.S !== '' && Buffer.byteLength(value.S) <= maxBytes;
  if ('B' in value) return value.B !== '' && Buffer.from(value.B, 'base64').length <= maxBytes;
  return true;
}

/** The rows of an index: what it shows of each item that has all of its key attributes. */
export function rowsOf(table: TableSchema, index: IndexSchema, items: Item[]): Item[] {
  const { partition, sort, projected } = index;
  const names = new Set([...table.keys, ...partition, ...sort].map((key) => key.name));
  if (Array.isArray(projected)) projected.forEach((name) => names.add(name));
  const row = (item: Item): Item =>
    projected === 'ALL'
      ? item
      : Object.fromEntries(Object.entries(item).filter(([name]) => names.has(name)));
  return items
    .filter((item) => partition.every((key) => fits(item[key.name], key, maxPartitionKeyBytes)))
    .filter((item) => sort.every((key) => fits(item[key.name], key, maxSortKeyBytes)))
    .map(row);
}

/** Everything that is wrong with a table's indexes: which there are, their rows, their figures. */
export function checkIndexes(table: TableSchema, observed: Observed): string[] {
  const described = describedIndexes(observed.description);
  const problems: string[] = [];
  for (const index of table.indexes) {
    const description = described.find(({ IndexName: name }) => name === index.name);
    const found = description
      ? [
          ...checkDefinition(observed.description.TableArn, index, description),
          ...checkRows(table, index, description, observed),
        ]
      : ['is lost'];
    problems.push(...found.map((problem) => `${table.name}, index ${index.name}: ${problem}`));
  }
  for (const { IndexName: name } of described) {
    if (!table.indexes.some((index) => index.name === name)) {
      problems.push(`${table.name}, index ${name}: is there, but should not be`);
    }
  }
  return problems;
}

function checkDefinition(
  tableArn: string,
  { kind, name, partition, sort, projected }: IndexSchema,
  description: IndexDescription,
): string[] {
  const { IndexStatus: status, KeySchema: keys, IndexArn: arn } = description;
  const problems: string[] = [];
  if (status !== (kind === 'global' ? 'ACTIVE' : undefined)) problems.push(`is ${status}`);
  if (JSON.stringify(keys) !== JSON.stringify(keySchema(partition, sort))) {
    problems.push(`its keys are ${JSON.stringify(keys)}`);
  }
  const { ProjectionType: type, NonKeyAttributes: others = [] } = description.Projection;
  const wanted = projection(projected);
  const { NonKeyAttributes: wantedOthers = [] } = wanted;
  if (
    type !== wanted.ProjectionType ||
    others.toSorted().join() !== wantedOthers.toSorted().join()
  ) {
    problems.push(`it shows ${type} ${others}`);
  }
  if (arn !== `${tableArn}/index/${name}`) problems.push(`its ARN is ${arn}`);
  return problems;
}

function checkRows(
  table: TableSchema,
  { name, ...index }: IndexSchema,
  description: IndexDescription,
  { items, rows }: Observed,
): string[] {
  const expected = rowsOf(table, { name, ...index }, items);
  const found = rows.get(name);
  const problems = found ? compareRows(expected, found) : ['cannot be read'];
  const { ItemCount: count, IndexSizeBytes: size } = description;
  const bytes = expected.reduce((total, row) => total + itemSize(row), 0);
  if (count !== expected.length) {
    problems.push(`ItemCount is ${count}, the table has ${expected.length} items for it`);
  }
  if (size !== bytes) problems.push(`IndexSizeBytes is ${size}, its rows add up to ${bytes}`);
  return problems;
}

/** The rows that are missing and those that are too many, a few of each. */
function compareRows(expected: Item[], found: Item[]): string[] {
  const surplus = new Map<string, number>();
  const add = (rows: Item[], count: number) => {
    for (const row of rows) {
      const text = canonical(row);
      surplus.set(text, (surplus.get(text) ?? 0) + count);
    }
  };
  add(found, 1);
  add(expected, -1);
  const list = (problem: string, wrong: string[]) => [
    ...wrong.slice(0, shownRows).map((row) => `${problem} ${shortened(row)}`),
    ...(wrong.length > shownRows ? [`${problem} ${wrong.length - shownRows} more`] : []),
  ];
  const those = (is: (count: number) => boolean) =>
    [...surplus].filter(([, count]) => is(count)).map(([row]) => row);
  return [
    ...list(
      'has no row',
      those((count) => count < 0),
    ),
    ...list(
      'should not have the row',
      those((count) => count > 0),
    ),
  ];
}
