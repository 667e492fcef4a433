// The load: what it writes, and writers with keys of their own. A step throws Unanswered when the
// server is no longer there.
import type { AttributeValue, Item } from '../api/support/item_size.ts';
import type { Json } from '../api/support/call.ts';
import type { Random } from '../api/support/random.ts';
import { errorName, must, request, Unanswered } from './client.ts';
import { canonical, sealed, type State } from './items.ts';
import type { TableModel } from './model.ts';
import type { KeyType, TableSchema } from './schema.ts';

const itemsOfABatch = 25;

export interface Load {
  endpoint: string;
  random: Random;
  /** Called after every acknowledged write. */
  acknowledged(count: number): void;
}

/** When a writer ends: as soon as the work is done, or once the server is gone on purpose. */
export interface Ends {
  gone(): boolean;
  done(): boolean;
}

export async function repeat(step: () => Promise<void>, ends: Ends): Promise<void> {
  while (!ends.done()) {
    try {
      await step();
    } catch (error) {
      if (error instanceof Unanswered && ends.gone()) return;
      throw error;
    }
  }
}

let stamps = 0;

/** A stamp that no other write of this run has. */
export function newStamp(): string {
  stamps += 1;
  return `stamp-${stamps}`;
}

function keyValue(type: KeyType, writer: number, index: number): AttributeValue {
  if (type === 'S') return { S: `writer-${writer}-${index}` };
  // Odd, so that the number ends in no zero.
  if (type === 'N') return { N: String(writer * 10_000 + index * 2 + 1) };
  return { B: Buffer.from([writer, 0, 255, index]).toString('base64') };
}

/** One of a few values, so that rows of an index meet in its partitions. */
function indexKeyValue(random: Random, type: KeyType): AttributeValue {
  if (type === 'S') return { S: random.pick(['a', 'A', 'a\0', 'ab', 'é', 'x'.repeat(300)]) };
  if (type === 'N') return { N: random.pick(['-7', '-0.5', '0', '1', '3.25', '1001']) };
  return { B: Buffer.from(random.pick(['\0', '\0\0', 'b', 'bb'])).toString('base64') };
}

/** A value of which some index makes no row. An index that is there may refuse it. */
function unfitValue(random: Random): AttributeValue {
  return random.pick<AttributeValue>([
    { S: '' },
    { S: 'x'.repeat(1500) }, // too long for a sort key alone
    { S: 'x'.repeat(2049) },
    { N: '1' },
    { B: 'AA==' },
    { NULL: true },
    { SS: ['a'] },
    { M: {} },
  ]);
}

export type KeyValues = 'fit' | 'unfit';

/** An item that has most of the attributes which keys of indexes are made of. */
export function makeItem(
  random: Random,
  schema: TableSchema,
  key: Item,
  values: KeyValues = 'fit',
): Item {
  const size = random.chance(0.03) ? random.between(10_000, 120_000) : random.skewed(900);
  const item: Item = { ...key, text: { S: random.text(size) } };
  for (const { name, type } of schema.attributes) {
    if (random.chance(0.8)) item[name] = indexKeyValue(random, type);
  }
  if (values === 'unfit') item[random.pick(schema.attributes).name] = unfitValue(random);
  if (random.chance(0.5)) item.number = { N: String(random.between(0, 1e9) * 2 + 1) };
  if (random.chance(0.3)) item.blob = { B: Buffer.from(random.text(40)).toString('base64') };
  if (random.chance(0.3)) {
    item.tree = { M: { list: { L: [{ BOOL: true }, { NULL: true }, { S: '' }] } } };
  }
  return sealed(item, newStamp());
}

/** UpdateItem's way from one item to another of the same key. */
function updateRequest(key: Item, before: Item, after: Item): Json {
  const names = Object.keys({ ...before, ...after }).filter(
    (name) => canonical(before[name]) !== canonical(after[name]) && !(name in key),
  );
  const set = names.filter((name) => name in after);
  const removed = names.filter((name) => !(name in after));
  const place = (name: string) => names.indexOf(name);
  const clauses = [`SET ${set.map((name) => `#${place(name)} = :${place(name)}`).join(', ')}`];
  if (removed.length > 0)
    clauses.push(`REMOVE ${removed.map((name) => `#${place(name)}`).join(', ')}`);
  return {
    Key: key,
    UpdateExpression: clauses.join(' '),
    ExpressionAttributeNames: Object.fromEntries(names.map((name, n) => [`#${n}`, name])),
    ExpressionAttributeValues: Object.fromEntries(
      set.map((name) => [`:${place(name)}`, after[name]]),
    ),
  };
}

/** A writer that alone writes to its keys, one request after another. */
export class OwnKeysWriter {
  private readonly keys: Item[] = [];

  constructor(
    private readonly load: Load,
    private readonly table: TableModel,
    writer: number,
    keys = 24,
    private readonly keyValues: KeyValues = 'fit',
  ) {
    const [partition, sort] = table.schema.keys;
    for (let index = 0; index < keys; ++index) {
      const key: Item = { [partition.name]: keyValue(partition.type, writer, sort ? 0 : index) };
      if (sort) key[sort.name] = keyValue(sort.type, writer, index);
      this.keys.push(key);
    }
  }

  async step(): Promise<void> {
    const { random } = this.load;
    const key = random.pick(this.keys);
    const dice = random.next();
    if (dice < 0.05 && this.keyValues === 'unfit') return this.putUnfit(key);
    // The others depend on what the key holds now.
    if (dice < 0.35 || !this.table.isKnown(key)) return this.put(key);
    if (dice < 0.5) return this.putIf(key);
    if (dice < 0.62) return this.delete(key);
    if (dice < 0.85) return this.update(key);
    return this.batch();
  }

  /** Writes every key once. */
  async fill(): Promise<void> {
    const { random } = this.load;
    for (let from = 0; from < this.keys.length; from += itemsOfABatch) {
      const keys = this.keys.slice(from, from + itemsOfABatch);
      const values = () => (random.chance(0.1) ? this.keyValues : 'fit');
      await this.writeAll(
        keys,
        keys.map((key) => this.make(key, values())),
      );
    }
  }

  private make(key: Item, values: KeyValues = 'fit'): Item {
    return makeItem(this.load.random, this.table.schema, key, values);
  }

  private async put(key: Item): Promise<void> {
    const item = this.make(key);
    await this.change(key, item, 'PutItem', { Item: item });
  }

  /** A put that an index may refuse, if there is one. */
  private async putUnfit(key: Item): Promise<void> {
    const { endpoint, acknowledged } = this.load;
    const { name } = this.table.schema;
    const item = this.make(key, 'unfit');
    const sent = this.table.sent(key, item);
    const answer = await request(endpoint, 'PutItem', { TableName: name, Item: item });
    if (answer.status === 200) {
      sent.applied();
      acknowledged(1);
    } else if (/Index ?Key/.test(answer.text)) {
      sent.refused();
    } else {
      throw new Error(`PutItem: ${answer.text}`);
    }
  }

  private async delete(key: Item): Promise<void> {
    await this.change(key, undefined, 'DeleteItem', { Key: key });
  }

  private async change(key: Item, state: State, operation: string, body: object): Promise<void> {
    const sent = this.table.sent(key, state);
    await must(this.load.endpoint, operation, { TableName: this.table.schema.name, ...body });
    sent.applied();
    this.load.acknowledged(1);
  }

  /** A put whose condition holds, or, sometimes, one that must be refused. */
  private async putIf(key: Item): Promise<void> {
    const { random, endpoint, acknowledged } = this.load;
    const holds = random.chance(0.8);
    const current = this.table.current(key);
    const expected = holds ? current?.left : { S: 'no such stamp' };
    const item = this.make(key);
    const sent = this.table.sent(key, item);
    const answer = await request(endpoint, 'PutItem', {
      TableName: this.table.schema.name,
      Item: item,
      ...(expected
        ? {
            ConditionExpression: '#l = :l',
            ExpressionAttributeNames: { '#l': 'left' },
            ExpressionAttributeValues: { ':l': expected },
          }
        : {
            ConditionExpression: 'attribute_not_exists(#l)',
            ExpressionAttributeNames: { '#l': 'left' },
          }),
    });
    if (answer.status === 200 && holds) {
      sent.applied();
      acknowledged(1);
    } else if (errorName(answer) === 'ConditionalCheckFailedException' && !holds) {
      sent.refused();
    } else {
      throw new Error(`a condition that ${holds ? 'holds' : 'fails'}: ${answer.text}`);
    }
  }

  /** SET and REMOVE in one: the item that comes out is another in every checked attribute. */
  private async update(key: Item): Promise<void> {
    const { random } = this.load;
    const before = this.table.current(key) ?? key;
    const { blob: _blob, ...after } = { ...before, text: { S: random.text(100) } } as Item;
    for (const { name, type } of this.table.schema.attributes) {
      if (random.chance(0.3)) after[name] = indexKeyValue(random, type);
      else if (random.chance(0.3)) delete after[name];
    }
    const item = sealed(after, newStamp());
    await this.change(key, item, 'UpdateItem', updateRequest(key, before, item));
  }

  /** Puts and deletes of several keys. */
  private async batch(): Promise<void> {
    const { random } = this.load;
    const from = random.between(0, this.keys.length - 2);
    const keys = this.keys.slice(from, from + random.between(2, 12));
    await this.writeAll(
      keys,
      keys.map((key) => (random.chance(0.7) ? this.make(key) : undefined)),
    );
  }

  /** One batch; each of its writes is all or nothing, the batch is not. */
  private async writeAll(keys: Item[], states: State[]): Promise<void> {
    const { endpoint, acknowledged } = this.load;
    const sent = keys.map((key, place) => this.table.sent(key, states[place]));
    const requests = keys.map((key, place) =>
      states[place] ? { PutRequest: { Item: states[place] } } : { DeleteRequest: { Key: key } },
    );
    const answer = await must(endpoint, 'BatchWriteItem', {
      RequestItems: { [this.table.schema.name]: requests },
    });
    if (Object.keys(answer.UnprocessedItems).length > 0) {
      throw new Error('an unlimited table left items unprocessed');
    }
    sent.forEach((change) => change.applied());
    acknowledged(keys.length);
  }
}
