// Random writes and reads, one after another, against an obvious model: a map and a sort.
//
// JEDLIK_MODEL_SEED   what the random choices start from (drawn and printed when not given)
import { describe, expect, test } from 'vitest';
import { Random } from './support/random.ts';
import { makeTable, ok } from './support/service.ts';
import type { AttributeValue, Item } from './support/item_size.ts';

const seed = Number(process.env.JEDLIK_MODEL_SEED ?? Math.floor(Math.random() * 2 ** 31));
console.log(`JEDLIK_MODEL_SEED=${seed}`);

type SortType = 'S' | 'N' | 'B';

const partitions = ['a', 'ab', 'b'];
// Each group is one value, in the spellings that it may be sent in; the groups are in order.
const values: Record<SortType, string[][]> = {
  S: [['A'], ['a'], ['a\u0000'], ['aa'], ['b'], ['ba'], ['é'], ['日本'], ['😀']],
  N: [
    ['-1e20', '-100000000000000000000'],
    ['-10', '-10.0'],
    ['-9.5'],
    ['0', '-0', '0.00'],
    ['0.001', '1e-3'],
    ['1', '1.0', '0.1e1'],
    ['2'],
    ['10', '1e1'],
    ['100000000000000000000', '1E20'],
  ],
  B: ['00', '0000', '01', '7f', '80', '80ff', 'fe', 'ff', 'ffff'].map((hex) => [
    Buffer.from(hex, 'hex').toString('base64'),
  ]),
};
// Sort key values of which one is the beginning of another.
const beginnings: Record<'S' | 'B', string[]> = {
  S: ['a', 'b', 'é', '日'],
  B: ['00', '80', 'ff'].map((hex) => Buffer.from(hex, 'hex').toString('base64')),
};

/** One table and what it should hold: for each partition, the items by the rank of their sort key. */
class Model {
  readonly held = new Map<string, Map<number, Item>>(partitions.map((p) => [p, new Map()]));

  constructor(
    readonly type: SortType,
    readonly random: Random,
  ) {}

  spell(rank: number): AttributeValue {
    return { [this.type]: this.random.pick(values[this.type][rank]) } as AttributeValue;
  }

  /** A sort key value as the server prints it. */
  normal(rank: number): AttributeValue {
    const [first, second] = values[this.type][rank];
    const text = this.type === 'N' && /e/i.test(first) ? second : first;
    return { [this.type]: text } as AttributeValue;
  }

  /** The items of a partition in the order of their sort keys, where the rank fits. */
  rows(partition: string, fits: (rank: number) => boolean = () => true): Item[] {
    return [...this.held.get(partition)!]
      .filter(([rank]) => fits(rank))
      .sort(([a], [b]) => a - b)
      .map(([, item]) => item);
  }
}

interface Condition {
  text: string;
  values: Record<string, AttributeValue>;
  fits: (rank: number) => boolean;
}

function randomCondition(model: Model): Condition {
  const { random, type } = model;
  const count = values[type].length;
  const low = random.between(0, count - 1);
  const high = random.between(low, count - 1);
  const one = (text: string, fits: Condition['fits']) => ({
    text: `AND s ${text} :x`,
    values: { ':x': model.spell(low) },
    fits,
  });
  const conditions: Condition[] = [
    { text: '', values: {}, fits: () => true },
    one('=', (rank) => rank === low),
    one('<', (rank) => rank < low),
    one('<=', (rank) => rank <= low),
    one('>', (rank) => rank > low),
    one('>=', (rank) => rank >= low),
    {
      text: 'AND s BETWEEN :x AND :y',
      values: { ':x': model.spell(low), ':y': model.spell(high) },
      fits: (rank) => low <= rank && rank <= high,
    },
  ];
  if (type !== 'N') conditions.push(beginsWith(type, random.pick(beginnings[type])));
  return random.pick(conditions);
}

function beginsWith(type: 'S' | 'B', beginning: string): Condition {
  const bytes = (text: string) => Buffer.from(text, type === 'S' ? 'utf8' : 'base64');
  const wanted = bytes(beginning);
  return {
    text: 'AND begins_with(s, :x)',
    values: { ':x': { [type]: beginning } as AttributeValue },
    fits: (rank) => bytes(values[type][rank][0]).subarray(0, wanted.length).equals(wanted),
  };
}

async function write(table: string, model: Model): Promise<void> {
  const { random } = model;
  const partition = random.pick(partitions);
  const rank = random.between(0, values[model.type].length - 1);
  const rows = model.held.get(partition)!;
  const before = rows.get(rank);
  const key = { p: { S: partition }, s: model.spell(rank) };
  const own = { p: { S: partition }, s: model.normal(rank) };
  const value: AttributeValue = { N: String(random.between(0, 9)) };
  const old = before ? { Attributes: before } : {};
  const dice = random.next();
  if (dice < 0.4) {
    const request = { TableName: table, Item: { ...key, v: value }, ReturnValues: 'ALL_OLD' };
    expect(await ok('PutItem', request)).toEqual(old);
    rows.set(rank, { ...own, v: value });
  } else if (dice < 0.6) {
    const request = { TableName: table, Key: key, ReturnValues: 'ALL_OLD' };
    expect(await ok('DeleteItem', request)).toEqual(old);
    rows.delete(rank);
  } else if (dice < 0.8) {
    const after: Item = { ...(before ?? own), w: value };
    delete after.v;
    const answer = await ok('UpdateItem', {
      TableName: table,
      Key: key,
      UpdateExpression: 'SET w = :w REMOVE v',
      ExpressionAttributeValues: { ':w': value },
      ReturnValues: 'ALL_NEW',
    });
    expect(answer.Attributes).toEqual(after);
    rows.set(rank, after);
  } else {
    expect(await ok('GetItem', { TableName: table, Key: key })).toEqual(
      before ? { Item: before } : {},
    );
  }
}

/** A query with a random condition, direction, filter and page size, from page to page. */
async function query(table: string, model: Model): Promise<void> {
  const { random } = model;
  const partition = random.pick(partitions);
  const condition = randomCondition(model);
  const forward = random.chance(0.5);
  const filtered = random.chance(0.3);
  const limit = random.chance(0.5) ? random.between(1, 5) : undefined;
  const expected = model.rows(partition, condition.fits);
  if (!forward) expected.reverse();
  const passing = filtered ? expected.filter((item) => item.v !== undefined) : expected;

  const found: Item[] = [];
  let scanned = 0;
  let from: Item | undefined;
  do {
    const page = await ok('Query', {
      TableName: table,
      KeyConditionExpression: `p = :p ${condition.text}`,
      ExpressionAttributeValues: { ':p': { S: partition }, ...condition.values },
      FilterExpression: filtered ? 'attribute_exists(v)' : undefined,
      ScanIndexForward: forward,
      Limit: limit,
      ExclusiveStartKey: from,
      ConsistentRead: random.chance(0.5),
    });
    found.push(...page.Items);
    scanned += page.ScannedCount;
    if (limit) expect(page.ScannedCount).toBeLessThanOrEqual(limit);
    from = page.LastEvaluatedKey;
  } while (from);
  expect(found).toEqual(passing);
  expect(scanned).toBe(expected.length);
}

async function scan(table: string, model: Model): Promise<void> {
  const total = model.random.between(1, 4);
  const found: Item[] = [];
  for (let segment = 0; segment < total; ++segment) {
    let from: Item | undefined;
    do {
      const page = await ok('Scan', {
        TableName: table,
        Segment: segment,
        TotalSegments: total,
        Limit: model.random.between(1, 10),
        ExclusiveStartKey: from,
      });
      found.push(...page.Items);
      from = page.LastEvaluatedKey;
    } while (from);
  }
  const text = (item: Item) => `${JSON.stringify(item.p)} ${JSON.stringify(item.s)}`;
  const sorted = (items: Item[]) => [...items].sort((a, b) => (text(a) < text(b) ? -1 : 1));
  expect(sorted(found)).toEqual(sorted(partitions.flatMap((p) => model.rows(p))));
}

describe.each<SortType>(['S', 'N', 'B'])('sort key of type %s', (type) => {
  test(`500 random operations, seed ${seed}`, async () => {
    const table = await makeTable(`p:S s:${type}`, 'model');
    const model = new Model(type, new Random(seed));
    for (let round = 0; round < 500; ++round) {
      const dice = model.random.next();
      if (dice < 0.6) await write(table, model);
      else if (dice < 0.95) await query(table, model);
      else await scan(table, model);
    }
  });
});

test('the comparison finds an item too many and one too few', async () => {
  const table = await makeTable('p:S s:S', 'model');
  const model = new Model('S', new Random(seed));
  const item = { p: { S: 'a' }, s: model.normal(0) };
  await ok('PutItem', { TableName: table, Item: item });
  await expect(scan(table, model)).rejects.toThrow();
  model.held.get('a')!.set(0, item);
  await scan(table, model);
  model.held.get('b')!.set(1, { p: { S: 'b' }, s: model.normal(1) });
  await expect(scan(table, model)).rejects.toThrow();
});
