// The load: writers with keys of their own, writers that contend for shared keys, and one that
// creates and drops tables. A step throws Unanswered when the server is no longer there.
import type { AttributeValue, Item } from '../api/support/item_size.ts';
import { createRequest, errorName, must, observe, request, settled } from './client.ts';
import { canonical, checkWhole, sealed, TableIdentity, TableModel } from './model.ts';
import type { Observed, State } from './model.ts';
import type { Random } from '../api/support/random.ts';

const keysPerWriter = 24;

export interface Load {
  endpoint: string;
  random: Random;
  /** Called after every acknowledged write. */
  acknowledged(count: number): void;
}

let stamps = 0;

/** A stamp that no other write of this run has. */
function newStamp(): string {
  stamps += 1;
  return `stamp-${stamps}`;
}

function keyValue(type: 'S' | 'N' | 'B', writer: number, index: number): AttributeValue {
  if (type === 'S') return { S: `writer-${writer}-${index}` };
  // Odd, so that the number ends in no zero.
  if (type === 'N') return { N: String(writer * 1000 + index * 2 + 1) };
  return { B: Buffer.from([writer, 0, 255, index]).toString('base64') };
}

function makeItem(random: Random, key: Item): Item {
  const size = random.chance(0.03) ? random.between(10_000, 120_000) : random.skewed(900);
  const item: Item = { ...key, text: { S: random.text(size) } };
  if (random.chance(0.5)) item.number = { N: String(random.between(0, 1e9) * 2 + 1) };
  if (random.chance(0.3)) item.blob = { B: Buffer.from(random.text(40)).toString('base64') };
  if (random.chance(0.3)) {
    item.tree = { M: { list: { L: [{ BOOL: true }, { NULL: true }, { S: '' }] } } };
  }
  return sealed(item, newStamp());
}

/** A writer that alone writes to its keys, one request after another. */
export class OwnKeysWriter {
  private readonly keys: Item[] = [];

  constructor(
    private readonly load: Load,
    private readonly table: TableModel,
    writer: number,
  ) {
    const [partition, sort] = table.schema.keys;
    for (let index = 0; index < keysPerWriter; ++index) {
      const key: Item = { [partition.name]: keyValue(partition.type, writer, sort ? 0 : index) };
      if (sort) key[sort.name] = keyValue(sort.type, writer, index);
      this.keys.push(key);
    }
  }

  async step(): Promise<void> {
    const { random } = this.load;
    const key = random.pick(this.keys);
    const dice = random.next();
    if (dice < 0.35) return this.put(key);
    if (dice < 0.5) return this.putIf(key);
    if (dice < 0.62) return this.delete(key);
    if (dice < 0.85) return this.update(key);
    return this.batch();
  }

  private async put(key: Item): Promise<void> {
    const item = makeItem(this.load.random, key);
    await this.change(key, item, 'PutItem', { Item: item });
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
    const item = makeItem(random, key);
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
    const { blob: _blob, ...kept } = this.table.current(key) ?? key;
    const added: Item = { ...kept, text: { S: this.load.random.text(100) } };
    const item = sealed(added, newStamp());
    await this.change(key, item, 'UpdateItem', {
      Key: key,
      UpdateExpression: 'SET #t = :t, #l = :s, #r = :s, #c = :c REMOVE #b',
      ExpressionAttributeNames: {
        '#t': 'text',
        '#l': 'left',
        '#r': 'right',
        '#c': 'sum',
        '#b': 'blob',
      },
      ExpressionAttributeValues: { ':t': item.text, ':s': item.left, ':c': item.sum },
    });
  }

  /** Puts and deletes of several keys; each is all or nothing, the batch is not. */
  private async batch(): Promise<void> {
    const { random, endpoint, acknowledged } = this.load;
    const name = this.table.schema.name;
    const from = random.between(0, keysPerWriter - 2);
    const keys = this.keys.slice(from, from + random.between(2, 12));
    const items = keys.map((key) => (random.chance(0.7) ? makeItem(random, key) : undefined));
    const sent = keys.map((key, index) => this.table.sent(key, items[index]));
    const answer = await must(endpoint, 'BatchWriteItem', {
      RequestItems: {
        [name]: keys.map((key, index) =>
          items[index] ? { PutRequest: { Item: items[index] } } : { DeleteRequest: { Key: key } },
        ),
      },
    });
    if (Object.keys(answer.UnprocessedItems).length > 0) {
      throw new Error('an unlimited table left items unprocessed');
    }
    sent.forEach((change) => change.applied());
    acknowledged(keys.length);
  }
}

/**
 * Shared keys that many writers raise by one, each time on the condition that nobody else has. At
 * most one of them may win a number, and a number that was won, or only read, stays.
 */
export class ContendedKeys {
  private readonly histories = new Map<string, History>();
  private readonly identity = new TableIdentity();

  constructor(
    readonly table: string,
    names: string[],
  ) {
    for (const name of names) this.histories.set(name, newHistory(0, ''));
  }

  async step(load: Load): Promise<void> {
    const name = load.random.pick([...this.histories.keys()]);
    const history = this.histories.get(name)!;
    const { Item: item } = await must(load.endpoint, 'GetItem', {
      TableName: this.table,
      Key: { id: { S: name } },
      ConsistentRead: true,
    });
    const version = versionOf(item) + 1;
    history.read = Math.max(history.read, version - 1);
    const wanted = sealed({ id: { S: name }, version: { N: String(version) } }, newStamp());
    const owner = canonical(wanted);
    history.attempts.set(owner, version);
    const answer = await request(load.endpoint, 'UpdateItem', {
      TableName: this.table,
      Key: { id: { S: name } },
      UpdateExpression: 'SET #v = :new, #l = :s, #r = :s, #c = :c',
      ConditionExpression: item ? '#v = :old' : 'attribute_not_exists(#v)',
      ExpressionAttributeNames: { '#v': 'version', '#l': 'left', '#r': 'right', '#c': 'sum' },
      ExpressionAttributeValues: {
        ':new': wanted.version,
        ':s': wanted.left,
        ':c': wanted.sum,
        ...(item ? { ':old': item.version } : {}),
      },
    });
    if (answer.status === 200) {
      if (history.won.has(version)) {
        throw new Error(`${name}: version ${version} was acknowledged to two writers`);
      }
      history.won.set(version, owner);
      load.acknowledged(1);
    } else if (errorName(answer) === 'ConditionalCheckFailedException') {
      history.attempts.delete(owner);
    } else {
      throw new Error(`UpdateItem: ${answer.text}`);
    }
  }

  /** Everything that is wrong with the shared keys as found. What is found becomes the truth. */
  check(observed: Observed): string[] {
    const problems = [...this.identity.check(observed), ...observed.items.flatMap(checkWhole)];
    const found = new Map(observed.items.map((item) => [(item.id as { S: string }).S, item]));
    for (const [name, history] of this.histories) {
      const item = found.get(name);
      const version = versionOf(item);
      const owner = item ? canonical(item) : '';
      const least = Math.max(history.read, ...history.won.keys());
      if (version < least) problems.push(`${name}: version ${least} was seen, is now ${version}`);
      const winner = history.won.get(version);
      const allowed =
        winner === undefined ? history.attempts.get(owner) === version : winner === owner;
      if (!allowed) problems.push(`${name}: version ${version} is held by one who did not win it`);
      this.histories.set(name, newHistory(version, owner));
    }
    return problems;
  }
}

interface History {
  /** The highest version that a consistent read has given. */
  read: number;
  /** Version to whoever was told that it is theirs. */
  won: Map<number, string>;
  /** Whoever tried, and was not refused, to the version that they tried for. */
  attempts: Map<string, number>;
}

function newHistory(version: number, owner: string): History {
  return { read: version, won: new Map([[version, owner]]), attempts: new Map() };
}

function versionOf(item: Item | undefined): number {
  return item ? Number((item.version as { N: string }).N) : 0;
}

type Phase = 'there' | 'gone' | 'being created' | 'being dropped';

interface ChurnedTable {
  phase: Phase;
  model: TableModel;
}

/** Creates, fills and drops tables of a few names, over and over. */
export class TableChurn {
  private readonly tables = new Map<string, ChurnedTable>();
  private readonly ids = new Set<string>();

  constructor(names: string[]) {
    for (const name of names) this.tables.set(name, { phase: 'gone', model: churnModel(name) });
  }

  async step(load: Load): Promise<void> {
    const [name, table] = load.random.pick([...this.tables]);
    if (table.phase === 'gone') await this.create(load, name, table);
    else await this.drop(load, name, table);
  }

  private async create(load: Load, name: string, table: ChurnedTable): Promise<void> {
    table.phase = 'being created';
    table.model = churnModel(name);
    const { TableDescription: made } = await must(
      load.endpoint,
      'CreateTable',
      createRequest(table.model.schema),
    );
    table.phase = 'there';
    table.model.identity.checkSame(made);
    if (this.ids.has(made.TableId)) throw new Error(`table id ${made.TableId} was given twice`);
    this.ids.add(made.TableId);
    load.acknowledged(1);
    await settled(load.endpoint, name);
    const { Count: count } = await must(load.endpoint, 'Scan', { TableName: name });
    if (count !== 0) throw new Error(`the new table ${name} has ${count} old items`);
    for (let index = load.random.between(0, 5); index > 0; --index) {
      const key = { id: { S: `filler-${index}` } };
      const item = makeItem(load.random, key);
      const sent = table.model.sent(key, item);
      await must(load.endpoint, 'PutItem', { TableName: name, Item: item });
      sent.applied();
      load.acknowledged(1);
    }
  }

  private async drop(load: Load, name: string, table: ChurnedTable): Promise<void> {
    table.phase = 'being dropped';
    await must(load.endpoint, 'DeleteTable', { TableName: name });
    table.phase = 'gone';
    load.acknowledged(1);
    await settled(load.endpoint, name);
  }

  /** Everything that is wrong with these tables. What is found becomes the truth. */
  async check(endpoint: string): Promise<string[]> {
    const problems: string[] = [];
    for (const [name, table] of this.tables) {
      const there = (await settled(endpoint, name)) !== undefined;
      if (there && table.phase === 'gone') problems.push(`the dropped table ${name} is back`);
      if (!there && table.phase === 'there') problems.push(`the created table ${name} is lost`);
      if (there) problems.push(...table.model.check(await observe(endpoint, name)));
      table.phase = there ? 'there' : 'gone';
    }
    return problems;
  }

  /** The names of the tables that are there. */
  present(): string[] {
    return [...this.tables].filter(([, { phase }]) => phase === 'there').map(([name]) => name);
  }
}

function churnModel(name: string): TableModel {
  return new TableModel({ name, keys: [{ name: 'id', type: 'S' }] });
}
