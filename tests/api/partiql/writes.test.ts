import { ExecuteStatementCommand } from '@aws-sdk/lib-dynamodb';
import { DuplicateItemException } from '@aws-sdk/client-dynamodb';
import { beforeAll, describe, expect, test } from 'vitest';
import { documents, ok, uniqueName } from '../support/service.ts';
import { makeMusic, refused, run } from './music.ts';

let table: string;
beforeAll(async () => {
  table = await makeMusic('writes');
});

const keyOf = (title: string) => ({ artist: { S: 'Acme' }, title: { S: title } });
const get = async (title: string) =>
  (await ok('GetItem', { TableName: table, Key: keyOf(title), ConsistentRead: true })).Item;
const put = (title: string, rest: object) =>
  ok('PutItem', { TableName: table, Item: { ...keyOf(title), ...rest } });
const where = (title: string) => `WHERE artist = 'Acme' AND title = '${title}'`;

describe('INSERT', () => {
  test('makes an item of every type', async () => {
    const answer = await run(
      table,
      `INSERT INTO @ VALUE {'artist': 'Acme', 'title': 'all', 'n': -1.5e3, 't': true, 'z': NULL,
        'l': [1, 'it''s', []], 'm': {'x': {'y': 1}}, 'ss': <<'a', 'b'>>, 'ns': <<1, 2.5>>, 'b': ?}`,
      { Parameters: [{ B: 'AAE=' }] },
    );
    expect(answer).toEqual({ Items: [] });
    expect(await get('all')).toEqual({
      ...keyOf('all'),
      n: { N: '-1500' },
      t: { BOOL: true },
      z: { NULL: true },
      l: { L: [{ N: '1' }, { S: "it's" }, { L: [] }] },
      m: { M: { x: { M: { y: { N: '1' } } } } },
      ss: { SS: ['a', 'b'] },
      ns: { NS: ['1', '2.5'] },
      b: { B: 'AAE=' },
    });
  });

  test('refuses an item that is there already', async () => {
    await put('there', { n: { N: '1' } });
    const insert = "INSERT INTO @ VALUE {'artist': 'Acme', 'title': 'there'}";
    await refused(table, insert, 'DuplicateItemException', 'Duplicate primary key exists in table');
    expect(await get('there')).toEqual({ ...keyOf('there'), n: { N: '1' } });
    const again = documents.send(
      new ExecuteStatementCommand({
        Statement: `INSERT INTO "${table}" VALUE {'artist': ?, 'title': ?}`,
        Parameters: ['Acme', 'there'],
      }),
    );
    await expect(again).rejects.toThrow(DuplicateItemException);
  });

  test('costs what PutItem costs, and reaches indexes', async () => {
    const answer = await run(
      table,
      `INSERT INTO @ VALUE {'artist': 'Acme', 'title': 'cost', 'genre': 'odd', 'year': 1, 'x': '${'x'.repeat(1100)}'}`,
      { ReturnConsumedCapacity: 'INDEXES' },
    );
    expect(answer.ConsumedCapacity).toEqual({
      TableName: table,
      CapacityUnits: 4,
      Table: { CapacityUnits: 2 },
      LocalSecondaryIndexes: { 'by.year': { CapacityUnits: 1 } },
      GlobalSecondaryIndexes: { 'by.genre': { CapacityUnits: 1 } },
    });
  });

  test.each([
    [
      'a key attribute that is missing',
      "{'artist': 'Acme'}",
      'One or more parameter values were invalid: Missing the key title in the item',
    ],
    [
      'a key attribute of another type',
      "{'artist': 1, 'title': 'x'}",
      'One or more parameter values were invalid: Type mismatch for key artist expected: S actual: N',
    ],
    [
      'an index key of another type',
      "{'artist': 'Acme', 'title': 'x', 'genre': 1}",
      /Type mismatch for Index Key genre Expected: S Actual: N IndexName: by.genre/,
    ],
  ])('refuses %s', async (_name, item, message) => {
    await refused(table, `INSERT INTO @ VALUE ${item}`, 'ValidationException', message);
  });

  test('refuses an item that is too large', async () => {
    const Parameters = [{ S: 'x'.repeat(400 * 1024) }];
    await refused(
      table,
      "INSERT INTO @ VALUE {'artist': 'Acme', 'title': 'large', 'x': ?}",
      'ValidationException',
      'Item size has exceeded the maximum allowed size',
      { Parameters },
    );
  });
});

describe('UPDATE', () => {
  const old = {
    n: { N: '5' },
    l: { L: [{ S: 'x' }, { S: 'y' }] },
    m: { M: { x: { N: '1' }, y: { N: '2' } } },
    st: { SS: ['u'] },
  };
  const update = async (changes: string, rest = '', more: object = {}) => {
    const title = uniqueName('u');
    await put(title, old);
    const answer = await run(table, `UPDATE @ ${changes} ${where(title)} ${rest}`, more);
    return { title, answer, item: await get(title) };
  };

  test('sets, adds, appends and removes', async () => {
    const { title, answer, item } = await update(
      `SET n = n + 1 - 3, l = list_append(l, [1]) SET st = set_add(st, <<'v'>>) SET m.x = ? REMOVE m.y SET "new" = {'a': [1]}`,
      '',
      { Parameters: [{ BOOL: true }] },
    );
    expect(answer).toEqual({ Items: [] });
    expect(item).toEqual({
      ...keyOf(title),
      n: { N: '3' },
      l: { L: [{ S: 'x' }, { S: 'y' }, { N: '1' }] },
      m: { M: { x: { BOOL: true } } },
      st: { SS: ['u', 'v'] },
      new: { M: { a: { L: [{ N: '1' }] } } },
    });
  });

  test('removes elements and members', async () => {
    const { item } = await update("REMOVE l[0] SET st = set_delete(st, <<'u'>>)");
    expect(item.l).toEqual({ L: [{ S: 'y' }] });
    expect(item.st).toBeUndefined();
  });

  test('returns what is asked for', async () => {
    const returned = async (changes: string, what: string) =>
      (await update(changes, `RETURNING ${what} *`)).answer.Items;
    expect(await returned('SET n = 6', 'MODIFIED OLD')).toEqual([{ n: { N: '5' } }]);
    expect(await returned('SET n = 6', 'MODIFIED NEW')).toEqual([{ n: { N: '6' } }]);
    expect(await returned('SET m.x = 6', 'MODIFIED NEW')).toEqual([
      { m: { M: { x: { N: '6' } } } },
    ]);
    expect(await returned('REMOVE n', 'MODIFIED NEW')).toEqual([]);
    expect(await returned('SET a = 1', 'MODIFIED OLD')).toEqual([]);
    const [before] = await returned('SET n = 6', 'ALL OLD');
    expect(before).toMatchObject(old);
    const [after] = await returned('SET n = 6', 'ALL NEW');
    expect(after).toMatchObject({ ...old, n: { N: '6' } });
  });

  test('makes no item', async () => {
    await refused(
      table,
      `UPDATE @ SET n = 1 ${where('nosuch')}`,
      'ConditionalCheckFailedException',
      'The conditional request failed',
    );
    expect(await get('nosuch')).toBeUndefined();
  });

  test('is made where the rest of WHERE holds, else tells the item if asked to', async () => {
    const { title } = await update('SET n = 1', "AND n = 5 AND contains(st, 'u')");
    const failing = `UPDATE @ SET n = 2 ${where(title)} AND (n = 5 OR n = 6)`;
    const plain = await refused(table, failing, 'ConditionalCheckFailedException');
    expect(plain.Item).toBeUndefined();
    const told = await refused(table, failing, 'ConditionalCheckFailedException', undefined, {
      ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
    });
    expect(told.Item).toEqual(await get(title));
    expect(told.Item.n).toEqual({ N: '1' });
  });

  const mandatory = 'Where clause does not contain a mandatory equality on all key attributes';
  test.each([
    ['no WHERE', 'SET n = 1', mandatory],
    ['half of the key', "SET n = 1 WHERE artist = 'Acme'", mandatory],
    ['a range of keys', "SET n = 1 WHERE artist = 'Acme' AND title > 'a'", mandatory],
    ['several keys', "SET n = 1 WHERE artist = 'Acme' AND title IN ['a', 'b']", mandatory],
    ['a key or something else', `SET n = 1 ${where('a')} OR n = 1`, mandatory],
    [
      'a key of another type',
      "SET n = 1 WHERE artist = 'Acme' AND title = 1",
      'The provided key element does not match the schema',
    ],
    [
      'a change of the key',
      `SET title = 'b' ${where('a')}`,
      'One or more parameter values were invalid: Cannot update attribute title. This attribute is part of the key',
    ],
    [
      'an index key of another type',
      `SET genre = 1 ${where('a')}`,
      'One or more parameter values were invalid: Type mismatch for Index Key genre Expected: S Actual: N IndexName: by.genre',
    ],
  ])('refuses %s', async (_name, changes, message) => {
    await refused(table, `UPDATE @ ${changes}`, 'ValidationException', message);
  });

  test.each([
    [
      'SET n = nosuch',
      'The provided expression refers to an attribute that does not exist in the item',
    ],
    ['SET n = n + l', 'An operand in the update expression has an incorrect data type'],
    ['SET q.r = 1', 'The document path provided in the update expression is invalid for update'],
  ])('refuses %s of the item as it is', async (changes, message) => {
    const title = uniqueName('refused');
    await put(title, old);
    await refused(table, `UPDATE @ ${changes} ${where(title)}`, 'ValidationException', message);
    expect(await get(title)).toEqual({ ...keyOf(title), ...old });
  });
});

describe('DELETE', () => {
  test('removes an item, and returns it if asked to', async () => {
    await put('gone', { n: { N: '1' } });
    const removed = await run(table, `DELETE FROM @ ${where('gone')} RETURNING ALL OLD *`);
    expect(removed).toEqual({ Items: [{ ...keyOf('gone'), n: { N: '1' } }] });
    expect(await get('gone')).toBeUndefined();
  });

  test('of nothing is done, whatever WHERE says', async () => {
    const nothing = `DELETE FROM @ ${where('nosuch')} AND n = 1 RETURNING ALL OLD *`;
    expect(await run(table, nothing, { ReturnConsumedCapacity: 'TOTAL' })).toEqual({
      Items: [],
      ConsumedCapacity: { TableName: table, CapacityUnits: 1 },
    });
  });

  test('of an item of which WHERE does not hold fails', async () => {
    await put('stays', { n: { N: '1' } });
    const failing = `DELETE FROM @ ${where('stays')} AND n = 2`;
    const told = await refused(table, failing, 'ConditionalCheckFailedException', undefined, {
      ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
    });
    expect(told.Item).toEqual({ ...keyOf('stays'), n: { N: '1' } });
    expect(await get('stays')).toBeDefined();
  });

  test.each(['ALL NEW', 'MODIFIED OLD', 'MODIFIED NEW'])('does not return %s', async (what) => {
    await refused(
      table,
      `DELETE FROM @ ${where('x')} RETURNING ${what} *`,
      'ValidationException',
      `Invalid returning clause: RETURNING ${what} *. Only RETURNING ALL OLD * is allowed in DELETE statements.`,
    );
  });

  test('needs the whole key', async () => {
    await refused(
      table,
      "DELETE FROM @ WHERE artist = 'Acme' AND begins_with(title, 'a')",
      'ValidationException',
      'Where clause does not contain a mandatory equality on all key attributes',
    );
  });
});

test('a conditional update is made by one of many writers', async () => {
  await put('raced', { n: { N: '0' } });
  const won = await Promise.all(
    Array.from({ length: 20 }, async () => {
      try {
        await documents.send(
          new ExecuteStatementCommand({
            Statement: `UPDATE "${table}" SET n = n + 1 ${where('raced')} AND n = 0`,
          }),
        );
        return 1;
      } catch (error) {
        expect((error as Error).name).toBe('ConditionalCheckFailedException');
        return 0;
      }
    }),
  );
  expect(won.reduce<number>((sum, one) => sum + one, 0)).toBe(1);
  expect((await get('raced')).n).toEqual({ N: '1' });
});
