// UpdateTable as the tests of indexes use it: requests, tables with many items, work meanwhile.
import type { Json } from '../support/call.ts';
import type { Item } from '../support/item_size.ts';
import { ok } from '../support/service.ts';
import { definitions, index, S, throughput, type Projected } from './tables.ts';

/** UpdateTable, and the description that it answers. */
export async function update(name: string, change: object): Promise<Json> {
  return (await ok('UpdateTable', { TableName: name, ...change })).TableDescription;
}

export const creating = (
  attributes: string,
  name: string,
  keys: string,
  projected: Projected = 'ALL',
  more: object = {},
) => ({
  AttributeDefinitions: definitions(attributes),
  GlobalSecondaryIndexUpdates: [{ Create: index(name, keys, projected, more) }],
});
export const deleting = (name: string) => ({
  GlobalSecondaryIndexUpdates: [{ Delete: { IndexName: name } }],
});
export const changing = (name: string, read: number, write: number) => ({
  GlobalSecondaryIndexUpdates: [
    { Update: { IndexName: name, ProvisionedThroughput: throughput(read, write) } },
  ],
});

/** Puts many items, 25 at a time. */
export async function fill(name: string, items: Item[]): Promise<void> {
  for (let from = 0; from < items.length; from += 25) {
    const requests = items.slice(from, from + 25).map((Item) => ({ PutRequest: { Item } }));
    await ok('BatchWriteItem', { RequestItems: { [name]: requests } });
  }
}

/** Several writers at work until something has happened, and as long as they like after that. */
export async function meanwhile(
  writers: number,
  write: (worker: number, done: () => boolean) => Promise<void>,
  happens: Promise<unknown>,
): Promise<void> {
  let done = false;
  const happened = happens.finally(() => (done = true));
  const workers = Array.from({ length: writers }, (_, worker) => write(worker, () => done));
  await Promise.all([happened, ...workers]);
}

export const numbered = (count: number, make: (n: number) => Item) =>
  Array.from({ length: count }, (_, n) => ({ id: S(`id${n}`), ...make(n) }));
export const plain = { keys: 'id:S', attributes: '' };
