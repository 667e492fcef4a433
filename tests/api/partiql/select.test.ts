import { ExecuteStatementCommand } from '@aws-sdk/client-dynamodb';
import { ExecuteStatementCommand as DocumentStatementCommand } from '@aws-sdk/lib-dynamodb';
import { beforeAll, describe, expect, test } from 'vitest';
import { client, documents, makeTable, ok } from '../support/service.ts';
import { allPages, items, makeMusic, refused, run } from './music.ts';

const artists = ['Acme', 'Bird', 'Coil'];
const song = (artist: string, n: number) => ({
  artist: { S: artist },
  title: { S: `t${n}` },
  year: { N: String(2000 - n) },
  genre: { S: n % 2 ? 'odd' : 'even' },
  sales: { N: String(n * 10) },
  label: { M: { name: { S: `L${n}` }, cities: { L: [{ S: 'Győr' }, { S: 'Pest' }] } } },
});

const where = "WHERE artist = 'Acme'";
const refusals: [name: string, statement: string, error: string, message: string][] = [
  [
    'a table that is not there',
    'SELECT * FROM nosuchtable',
    'ResourceNotFoundException',
    'Requested resource not found',
  ],
  [
    'an index that is not there',
    'SELECT * FROM @."nosuch"',
    'ValidationException',
    'The table does not have the specified index',
  ],
  [
    'an attribute that a global index does not have',
    'SELECT sales FROM @."by.genre"',
    'ValidationException',
    'One or more parameter values were invalid: Global secondary index by.genre does not project [sales]',
  ],
  [
    'a condition on an attribute that an index does not have',
    `SELECT * FROM @."by.year" ${where} AND sales = 1`,
    'ValidationException',
    'One or more parameter values were invalid: Secondary index by.year does not project one or more filter attributes: [sales]',
  ],
  [
    'ORDER BY without WHERE',
    'SELECT * FROM @ ORDER BY title',
    'ValidationException',
    'Must have WHERE clause in the statement when using ORDER BY clause.',
  ],
  [
    'ORDER BY of a scan',
    'SELECT * FROM @ WHERE sales = 1 ORDER BY title',
    'ValidationException',
    'Must have at least one non-optional hash key condition in WHERE clause when using ORDER BY clause.',
  ],
  [
    'ORDER BY of an attribute that is no key',
    `SELECT * FROM @ ${where} ORDER BY sales`,
    'ValidationException',
    'Variable reference sales in ORDER BY clause must be part of the primary key',
  ],
  [
    'ORDER BY of the sort key alone over several partition keys',
    "SELECT * FROM @ WHERE artist IN ['Acme', 'Bird'] ORDER BY title",
    'ValidationException',
    'ORDER BY must begin with the partition key where there are several of them',
  ],
  [
    'a partition key of another type',
    'SELECT * FROM @ WHERE artist = 1',
    'ValidationException',
    'One or more parameter values were invalid: Condition parameter type does not match schema type',
  ],
  [
    'a key of another type',
    `SELECT * FROM @ ${where} AND title = 1`,
    'ValidationException',
    'The provided key element does not match the schema',
  ],
  [
    'a partition key that is empty',
    "SELECT * FROM @ WHERE artist = ''",
    'ValidationException',
    'One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain an empty string value. Key: artist',
  ],
  [
    'more than 50 partition keys',
    `SELECT * FROM @ WHERE artist IN [${Array.from({ length: 51 }, (_, n) => n).map((n) => `'${n}'`)}]`,
    'ValidationException',
    'The IN operator is provided with too many operands; number of operands: 51',
  ],
  [
    'more than 100 values',
    `SELECT * FROM @ WHERE sales IN [${Array.from({ length: 101 }, (_, n) => n)}]`,
    'ValidationException',
    'Invalid FilterExpression: The IN operator is provided with too many operands; number of operands: 101',
  ],
];

describe('SELECT', () => {
  let table: string;
  beforeAll(async () => {
    table = await makeMusic('select');
    for (const artist of artists) {
      for (let n = 0; n < 4; ++n) await ok('PutItem', { TableName: table, Item: song(artist, n) });
    }
  });
  const titles = async (statement: string, more: object = {}) =>
    (await items(table, statement, more)).map((item) => `${item.artist.S} ${item.title.S}`);
  const cost = async (statement: string, more: object = {}) =>
    (await run(table, statement, { ReturnConsumedCapacity: 'INDEXES', ...more })).ConsumedCapacity;

  test('gets one item by its key', async () => {
    const statement = "SELECT * FROM @ WHERE artist = 'Bird' AND title = 't2'";
    expect(await run(table, statement)).toEqual({ Items: [song('Bird', 2)] });
    expect(await cost(statement)).toEqual({
      TableName: table,
      CapacityUnits: 0.5,
      Table: { CapacityUnits: 0.5 },
    });
    expect((await cost(statement, { ConsistentRead: true })).CapacityUnits).toBe(1);
  });

  test('finds nothing, at the cost of a read', async () => {
    const statement = "SELECT * FROM @ WHERE artist = 'Bird' AND title = 'nosuch'";
    expect(await run(table, statement)).toEqual({ Items: [] });
    expect((await cost(statement)).CapacityUnits).toBe(0.5);
  });

  test('holds what it gets by the key against the rest of WHERE', async () => {
    const byKey = "SELECT * FROM @ WHERE artist = 'Bird' AND title = 't2' AND sales";
    expect(await items(table, `${byKey} = 20`)).toHaveLength(1);
    expect(await items(table, `${byKey} > 20`)).toEqual([]);
  });

  test('queries an item collection in the order of the sort key', async () => {
    const statement = "SELECT artist, title FROM @ WHERE artist = 'Acme'";
    expect(await titles(statement)).toEqual(['Acme t0', 'Acme t1', 'Acme t2', 'Acme t3']);
    expect(await titles(`${statement} ORDER BY title DESC`)).toEqual([
      'Acme t3',
      'Acme t2',
      'Acme t1',
      'Acme t0',
    ]);
    expect(await titles(`${statement} AND title > 't1' ORDER BY artist, title ASC`)).toEqual([
      'Acme t2',
      'Acme t3',
    ]);
  });

  test.each([
    ["title = 't1'", ['t1']],
    ["title < 't1'", ['t0']],
    ["title <= 't1'", ['t0', 't1']],
    ["'t1' < title", ['t2', 't3']],
    ["title BETWEEN 't1' AND 't2'", ['t1', 't2']],
    ["begins_with(title, 't')", ['t0', 't1', 't2', 't3']],
    ["title > 't0' AND title < 't3'", ['t1', 't2']],
    ["title <> 't1'", ['t0', 't2', 't3']],
    ["title IN ['t3', 't0']", ['t0', 't3']],
    ["(title = 't1' OR sales = 30)", ['t1', 't3']],
    ["sales >= 10 AND NOT genre = 'odd'", ['t2']],
    ["label.cities[1] = 'Pest' AND label.name = 'L3'", ['t3']],
    [
      "size(title) = 2 AND attribute_type(label, 'M') AND nosuch IS MISSING",
      ['t0', 't1', 't2', 't3'],
    ],
  ])('WHERE artist and %s', async (condition, expected) => {
    const found = await titles(`SELECT * FROM @ WHERE artist = 'Coil' AND ${condition}`);
    expect(found).toEqual(expected.map((title) => `Coil ${title}`));
  });

  test('reads no more of a collection than the sort key asks for', async () => {
    const big = await makeTable('p:S s:N', 'pushed');
    const Item = { p: { S: 'a' }, x: { S: 'x'.repeat(4000) } };
    for (let s = 0; s < 4; ++s)
      await ok('PutItem', { TableName: big, Item: { ...Item, s: { N: `${s}` } } });
    const units = async (where: string) =>
      (await run(big, `SELECT s FROM @ WHERE ${where}`, { ReturnConsumedCapacity: 'TOTAL' }))
        .ConsumedCapacity.CapacityUnits;
    expect(await units("p = 'a'")).toBe(2);
    expect(await units("p = 'a' AND s >= 3")).toBe(0.5);
    expect(await units("s BETWEEN 2 AND 9 AND x <> 'y' AND p = 'a'")).toBe(1);
    expect(await units('s >= 3')).toBe(2);
  });

  test('scans where WHERE leaves the partition key open', async () => {
    const all = artists.flatMap((artist) => [0, 1, 2, 3].map((n) => `${artist} t${n}`)).sort();
    expect((await titles('SELECT * FROM @')).sort()).toEqual(all);
    expect((await titles("SELECT * FROM @ WHERE artist > 'A'")).sort()).toEqual(all);
    const either = await titles("SELECT * FROM @ WHERE artist = 'Acme' OR sales = 30");
    expect(either.sort()).toEqual([
      'Acme t0',
      'Acme t1',
      'Acme t2',
      'Acme t3',
      'Bird t3',
      'Coil t3',
    ]);
  });

  test('reads several item collections, for IN and for OR', async () => {
    const bird = [0, 1, 2, 3].map((n) => `Bird t${n}`);
    const acme = [0, 1, 2, 3].map((n) => `Acme t${n}`);
    const both = [...bird, ...acme];
    const select = 'SELECT * FROM @ WHERE';
    expect(await titles(`${select} artist IN ['Bird', 'Acme', 'Bird']`)).toEqual(both);
    expect(await titles(`${select} artist = 'Bird' OR artist = 'Acme'`)).toEqual(both);
    expect(await titles(`${select} artist IN ('Bird', 'Acme') ORDER BY artist`)).toEqual([
      ...acme,
      ...bird,
    ]);
    expect(
      await titles(`${select} artist IN ['Acme', 'Bird'] ORDER BY artist DESC, title DESC`),
    ).toEqual([...bird.reverse(), ...acme.reverse()]);
    expect(await titles(`${select} artist IN ['Bird', 'Acme'] AND title = 't1'`)).toEqual([
      'Bird t1',
      'Acme t1',
    ]);
  });

  test('gives results of several keys in pages of ten', async () => {
    const names = artists.map((artist) => `'${artist}'`).join(', ');
    const { items: found, sizes } = await allPages(
      table,
      `SELECT * FROM @ WHERE artist IN [${names}]`,
    );
    expect(found).toHaveLength(12);
    expect(sizes).toEqual([10, 2]);

    const single = await makeTable('id:S', 'several');
    for (let n = 0; n < 13; ++n)
      await ok('PutItem', { TableName: single, Item: { id: { S: `k${n}` } } });
    const keys = Array.from({ length: 25 }, (_, n) => `'k${n}'`).join(', ');
    const pages = await allPages(single, `SELECT * FROM @ WHERE id IN [${keys}]`, {
      ReturnConsumedCapacity: 'TOTAL',
    });
    expect(pages.items.map((item) => item.id.S)).toEqual(
      Array.from({ length: 13 }, (_, n) => `k${n}`),
    );
    expect(pages.sizes).toEqual([10, 3, 0]);
  });

  test('gives pages of Limit items, wherever they end', async () => {
    const statement = "SELECT title FROM @ WHERE artist = 'Acme' ORDER BY title DESC";
    for (const limit of [1, 2, 3, 4, 5]) {
      const { items: found } = await allPages(table, statement, { Limit: limit });
      expect(found.map((item) => item.title.S)).toEqual(['t3', 't2', 't1', 't0']);
    }
    const first = await run(table, statement, { Limit: 3 });
    expect(first.LastEvaluatedKey).toEqual({ artist: { S: 'Acme' }, title: { S: 't1' } });
    expect(typeof first.NextToken).toBe('string');
    // Limit counts what is looked at.
    const filtered = await run(table, "SELECT * FROM @ WHERE artist = 'Acme' AND sales > 20", {
      Limit: 3,
    });
    expect(filtered.Items).toEqual([]);
    const scanned = await allPages(table, 'SELECT * FROM @ WHERE sales > 5', { Limit: 1 });
    expect(scanned.items).toHaveLength(9);
  });

  test('takes a NextToken for the statement that it was given for only', async () => {
    const statement = 'SELECT * FROM @ WHERE artist = ?';
    const more = { Parameters: [{ S: 'Acme' }], Limit: 1 };
    const { NextToken } = await run(table, statement, more);
    const mismatch = 'NextToken does not match request';
    const wrong = async (text: string, extra: object) =>
      refused(table, text, 'ValidationException', mismatch, extra);
    await wrong(statement, { NextToken, Parameters: [{ S: 'Bird' }] });
    await wrong(`${statement} `, { ...more, NextToken });
    await wrong(statement, { ...more, NextToken: 'garbage' });
    await wrong(statement, { ...more, NextToken: NextToken.slice(4) });
    await wrong("DELETE FROM @ WHERE artist = ? AND title = 'x'", { ...more, NextToken });
    expect(await items(table, statement, { ...more, NextToken })).toHaveLength(1);
  });

  test('shows paths by their last names', async () => {
    const byKey = "FROM @ WHERE artist = 'Coil' AND title = 't1'";
    expect(await items(table, `SELECT label.name, sales ${byKey}`)).toEqual([
      { name: { S: 'L1' }, sales: { N: '10' } },
    ]);
    expect(await items(table, `SELECT label.cities[1], "label"."cities"[0] ${byKey}`)).toEqual([
      { 'cities[1]': { S: 'Pest' }, 'cities[0]': { S: 'Győr' } },
    ]);
    expect(await items(table, `SELECT nosuch, label.nosuch ${byKey}`)).toEqual([{}]);
  });

  test('takes parameters of every type, and the statements of the SDK', async () => {
    const answer = await client.send(
      new ExecuteStatementCommand({
        Statement: `SELECT title FROM "${table}" WHERE artist = ? AND label = ? AND sales IN [?, 7]`,
        Parameters: [{ S: 'Bird' }, song('Bird', 3).label as never, { N: '30' }],
      }),
    );
    expect(answer.Items).toEqual([{ title: { S: 't3' } }]);
    const document = await documents.send(
      new DocumentStatementCommand({
        Statement: `SELECT title, sales FROM "${table}" WHERE artist = ? AND title = ?`,
        Parameters: ['Bird', 't3'],
      }),
    );
    expect(document.Items).toEqual([{ title: 't3', sales: 30 }]);
  });

  test('reads a local index, and fetches what it does not have', async () => {
    const index = '@."by.year" WHERE artist = \'Acme\'';
    const byYear = await items(table, `SELECT * FROM ${index} ORDER BY year`);
    expect(byYear.map((item) => item.year.N)).toEqual(['1997', '1998', '1999', '2000']);
    expect(Object.keys(byYear[0]).sort()).toEqual(['artist', 'title', 'year']);
    expect(await titles(`SELECT * FROM ${index} AND year < 1999 ORDER BY year DESC`)).toEqual([
      'Acme t2',
      'Acme t3',
    ]);
    const fetched = await items(table, `SELECT sales FROM ${index} AND year = 1999`, {
      ConsistentRead: true,
    });
    expect(fetched).toEqual([{ sales: { N: '10' } }]);
    expect(await cost(`SELECT * FROM ${index}`)).toEqual({
      TableName: table,
      CapacityUnits: 0.5,
      Table: { CapacityUnits: 0 },
      LocalSecondaryIndexes: { 'by.year': { CapacityUnits: 0.5 } },
    });
  });

  test('reads a global index', async () => {
    const index = '@."by.genre"';
    const odd = await titles(`SELECT * FROM ${index} WHERE genre = 'odd' AND year = 1997`);
    expect(odd.sort()).toEqual(['Acme t3', 'Bird t3', 'Coil t3']);
    expect(await items(table, `SELECT * FROM ${index}`)).toHaveLength(12);
    expect(await titles(`SELECT * FROM ${index} WHERE artist = 'Acme' AND title = 't0'`)).toEqual([
      'Acme t0',
    ]);
    const { items: paged } = await allPages(
      table,
      `SELECT year FROM ${index} WHERE genre = 'odd' ORDER BY year DESC`,
      { Limit: 1 },
    );
    expect(paged.map((item) => item.year.N)).toEqual([
      '1999',
      '1999',
      '1999',
      '1997',
      '1997',
      '1997',
    ]);
    expect(
      (await cost(`SELECT * FROM ${index} WHERE genre = 'odd'`)).GlobalSecondaryIndexes,
    ).toEqual({
      'by.genre': { CapacityUnits: 0.5 },
    });
  });

  test('knows a table by its ARN', async () => {
    const { Table: described } = await ok('DescribeTable', { TableName: table });
    const found = await ok('ExecuteStatement', {
      Statement: `SELECT title FROM "${described.TableArn}" WHERE artist = 'Acme' AND title = 't0'`,
    });
    expect(found.Items).toEqual([{ title: { S: 't0' } }]);
  });

  test.each(refusals)('refuses %s', async (_name, statement, error, message) => {
    await refused(table, statement, error, message);
  });

  test('refuses a consistent read of a global index', async () => {
    await refused(
      table,
      'SELECT * FROM @."by.genre"',
      'ValidationException',
      'Strongly consistent read is not supported on Global Secondary Indexes',
      { ConsistentRead: true },
    );
  });

  test('looks up fifty keys, in pages', async () => {
    const keys = Array.from({ length: 50 }, (_, n) => `'x${n}'`).join(', ');
    const { items: found, sizes } = await allPages(
      table,
      `SELECT * FROM @ WHERE title = 't' AND artist IN [${keys}]`,
    );
    expect(found).toEqual([]);
    expect(sizes).toHaveLength(5);
  });
});
