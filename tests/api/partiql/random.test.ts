// Random SELECTs against a filter over all items: however a statement is carried out (by keys, by
// queries, by a scan; page by page), it gives what its WHERE says, in the order that it asks for.
import { beforeAll, expect, test } from 'vitest';
import type { Json } from '../support/call.ts';
import { makeTable, ok } from '../support/service.ts';
import { Random } from '../support/random.ts';
import { allPages } from './music.ts';

const seed = Number(process.env.JEDLIK_MODEL_SEED ?? 1);
const partitions = ['a', 'b', 'c'];

interface Condition {
  text: string;
  holds: (item: Json) => boolean;
}

/** Plain values: p is a string, s, n and v are numbers; v is not in every item. */
type Plain = { p: string; s: number; n: number; v?: number };

let table: string;
const everything: Plain[] = [];

beforeAll(async () => {
  table = await makeTable('p:S s:N', 'random-select', {
    AttributeDefinitions: [
      { AttributeName: 'p', AttributeType: 'S' },
      { AttributeName: 's', AttributeType: 'N' },
      { AttributeName: 'n', AttributeType: 'N' },
    ],
    GlobalSecondaryIndexes: [
      {
        IndexName: 'by-n',
        KeySchema: [
          { AttributeName: 'n', KeyType: 'HASH' },
          { AttributeName: 's', KeyType: 'RANGE' },
        ],
        Projection: { ProjectionType: 'ALL' },
      },
    ],
  });
  for (const p of partitions) {
    for (let s = 0; s < 6; ++s) {
      const plain: Plain = { p, s, n: (s * 7 + p.charCodeAt(0)) % 4, ...(s % 2 && { v: s % 3 }) };
      everything.push(plain);
      const Item = Object.fromEntries(
        Object.entries(plain).map(([name, value]) => [
          name,
          typeof value === 'string' ? { S: value } : { N: String(value) },
        ]),
      );
      await ok('PutItem', { TableName: table, Item });
    }
  }
});

const comparisons: Record<string, (a: number | string, b: number | string) => boolean> = {
  '=': (a, b) => a === b,
  '<': (a, b) => a < b,
  '<=': (a, b) => a <= b,
  '>': (a, b) => a > b,
  '>=': (a, b) => a >= b,
};

function comparison(random: Random): Condition {
  const name = random.pick(['p', 'p', 's', 's', 'n', 'v'] as const);
  const one = () => (name === 'p' ? random.pick([...partitions, 'x']) : random.between(0, 5));
  const literal = (value: number | string) => (name === 'p' ? `'${value}'` : String(value));
  if (random.chance(0.25)) {
    const values = [one(), one(), one()];
    return {
      text: `${name} IN [${values.map(literal).join(', ')}]`,
      holds: (item) => values.includes(item[name]),
    };
  }
  if (name === 'v' && random.chance(0.5)) {
    return { text: 'v IS MISSING', holds: (item) => item.v === undefined };
  }
  const operator = random.chance(0.5) ? '=' : random.pick(Object.keys(comparisons));
  const value = one();
  return {
    text: `${name} ${operator} ${literal(value)}`,
    holds: (item) => item[name] !== undefined && comparisons[operator](item[name], value),
  };
}

function condition(random: Random, depth: number): Condition {
  if (depth === 0 || random.chance(0.3)) return comparison(random);
  const left = condition(random, depth - 1);
  if (random.chance(0.15)) {
    return { text: `NOT (${left.text})`, holds: (item) => !left.holds(item) };
  }
  const right = condition(random, depth - 1);
  if (random.chance(0.6)) {
    return {
      text: `(${left.text}) AND (${right.text})`,
      holds: (item) => left.holds(item) && right.holds(item),
    };
  }
  return {
    text: `(${left.text}) OR (${right.text})`,
    holds: (item) => left.holds(item) || right.holds(item),
  };
}

const plainOf = (item: Json): Plain =>
  Object.fromEntries(
    Object.entries<Json>(item).map(([name, value]) => [name, value.S ?? Number(value.N)]),
  ) as Plain;
const nameOf = (item: Plain) => `${item.p}${item.s}`;

test('random SELECTs give what WHERE says, in whatever pages', async () => {
  console.log(`JEDLIK_MODEL_SEED=${seed}`);
  const random = new Random(seed);
  for (let round = 0; round < 250; ++round) {
    const where = condition(random, 3);
    const source = random.chance(0.3) ? '@."by-n"' : '@';
    const more = random.chance(0.5) ? { Limit: random.between(1, 6) } : {};
    const statement = `SELECT * FROM ${source} WHERE ${where.text}`;
    const { items } = await allPages(table, statement, more);
    const expected = everything.filter(where.holds).map(nameOf).sort();
    expect(items.map(plainOf).map(nameOf).sort(), statement).toEqual(expected);
  }
});

test('random SELECTs of keys come in the order that they ask for', async () => {
  const random = new Random(seed + 1);
  for (let round = 0; round < 60; ++round) {
    const wanted = partitions.filter(() => random.chance(0.6));
    if (wanted.length === 0) continue;
    const filter = comparison(random);
    const [byP, byS] = [random.pick(['ASC', 'DESC']), random.pick(['ASC', 'DESC'])];
    const statement =
      `SELECT * FROM @ WHERE p IN [${wanted.map((p) => `'${p}'`).join(', ')}] AND ${filter.text} ` +
      `ORDER BY p ${byP}, s ${byS}`;
    const { items } = await allPages(table, statement, { Limit: random.between(1, 12) });
    const sign = (order: string) => (order === 'ASC' ? 1 : -1);
    const expected = everything
      .filter((item) => wanted.includes(item.p) && filter.holds(item))
      .sort((a, b) => sign(byP) * a.p.localeCompare(b.p) || sign(byS) * (a.s - b.s));
    expect(items.map(plainOf).map(nameOf), statement).toEqual(expected.map(nameOf));
  }
});
