// The data model as it comes back: the ten types, numbers in their normal form, limits.
import { beforeAll, describe, expect, test } from 'vitest';
import { GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import type { AttributeValue } from './support/item_size.ts';
import { itemSize } from './support/item_size.ts';
import { call, detected, documents, expectError, makeTable, ok } from './support/service.ts';

let table: string;
beforeAll(async () => {
  table = await makeTable('id:S', 'values');
});

const key = (id: string) => ({ id: { S: id } });

function put(value: unknown, id = 'value') {
  return call('PutItem', { TableName: table, Item: { ...key(id), value } });
}

async function stored(value: unknown, id = 'value'): Promise<AttributeValue> {
  const answer = await put(value, id);
  expect(answer.status, answer.text).toBe(200);
  const { Item: item } = await ok('GetItem', { TableName: table, Key: key(id) });
  return item.value;
}

const base64 = (text: string) => Buffer.from(text).toString('base64');
const everyByte = Buffer.from(Array.from({ length: 256 }, (_, byte) => byte)).toString('base64');
const nested = (levels: number): AttributeValue =>
  levels === 0 ? { S: 'bottom' } : { L: [nested(levels - 1)] };
const nestedMaps = (levels: number): AttributeValue =>
  levels === 0 ? { NULL: true } : { M: { m: nestedMaps(levels - 1) } };

describe('what is put comes back', () => {
  test.each<[string, AttributeValue]>([
    ['a string', { S: 'text' }],
    ['an empty string', { S: '' }],
    ['every kind of character', { S: '\u0000\u001f"\\/\b\f\n\r\t\u007f é € 😀 \u2028 \uffff' }],
    ['a number', { N: '12.5' }],
    ['bytes', { B: everyByte }],
    ['no bytes', { B: '' }],
    ['true', { BOOL: true }],
    ['false', { BOOL: false }],
    ['null', { NULL: true }],
    ['an empty list', { L: [] }],
    ['an empty map', { M: {} }],
    ['a list of everything', { L: [{ S: '' }, { N: '0' }, { NULL: true }, { L: [] }, { M: {} }] }],
    ['a map with odd names', { M: { 'a.b[0]': { N: '1' }, 'é"\n': { NULL: true } } }],
    ['a list in a map in a list', { L: [{ M: { l: { L: [{ SS: ['a'] }, { BS: ['YQ=='] }] } } }] }],
    ['31 lists around a string', nested(31)],
    ['31 maps around a null', nestedMaps(31)],
    ['a large string', { S: 'é'.repeat(150_000) }],
  ])('%s', async (name, value) => {
    expect(await stored(value, name)).toEqual(value);
  });

  test.each<[string, string[]]>([
    ['SS', ['b', 'a', '', 'é']],
    ['NS', ['10', '9', '-1', '0.5']],
    ['BS', [base64('b'), base64('a'), '']],
  ])('a set of type %s, in whatever order', async (type, members) => {
    const value = await stored({ [type]: members });
    expect(Object.keys(value)).toEqual([type]);
    expect([...(Object.values(value)[0] as string[])].sort()).toEqual([...members].sort());
  });

  test('all ten types through the document client', async () => {
    const item = {
      id: 'document',
      s: 'text',
      n: 0.1,
      b: new Uint8Array([0, 1, 255]),
      yes: true,
      nothing: null,
      l: [1, 'two', [3]],
      m: { deep: { deeper: { deepest: -1 } } },
      ss: new Set(['a', 'b']),
      ns: new Set([1, 2]),
      bs: new Set([new Uint8Array([1]), new Uint8Array([2])]),
    };
    await documents.send(new PutCommand({ TableName: table, Item: item }));
    const answer = await documents.send(
      new GetCommand({ TableName: table, Key: { id: 'document' }, ConsistentRead: true }),
    );
    expect(answer.Item).toEqual(item);
  });

  test('an attribute name may be long, strange and reserved', async () => {
    const names = ['x'.repeat(65_535), 'SELECT', 'a.b', ':v', '#n', ' ', '😀'];
    const item = Object.fromEntries(names.map((name, index) => [name, { N: String(index) }]));
    await ok('PutItem', { TableName: table, Item: { ...key('names'), ...item } });
    const answer = await ok('GetItem', { TableName: table, Key: key('names') });
    expect(answer.Item).toEqual({ ...key('names'), ...item });
  });
});

describe('numbers come back in normal form', () => {
  test.each([
    ['0', '0'],
    ['-0', '0'],
    ['0.000', '0'],
    ['0e1000', '0'],
    ['00012', '12'],
    ['+5', '5'],
    ['.5', '0.5'],
    ['5.', '5'],
    ['1.50', '1.5'],
    ['100', '100'],
    ['1e2', '100'],
    ['1E+2', '100'],
    ['12e-1', '1.2'],
    ['-1.0e-3', '-0.001'],
    ['1e100', '1' + '0'.repeat(100)],
    ['1e-130', '0.' + '0'.repeat(129) + '1'],
    ['-1e-130', '-0.' + '0'.repeat(129) + '1'],
    ['9.9999999999999999999999999999999999999e125', '9'.repeat(38) + '0'.repeat(88)],
    ['-9.9999999999999999999999999999999999999e125', '-' + '9'.repeat(38) + '0'.repeat(88)],
    ['12345678901234567890123456789012345678', '12345678901234567890123456789012345678'],
    ['0.12345678901234567890123456789012345678', '0.12345678901234567890123456789012345678'],
    ['1234567890123456789.0123456789012345678', '1234567890123456789.0123456789012345678'],
    ['0'.repeat(50) + '7' + '0'.repeat(50), '7' + '0'.repeat(50)],
  ])('%s as %s', async (given, expected) => {
    expect(await stored({ N: given }, given)).toEqual({ N: expected });
    expect(await stored({ NS: [given] }, given)).toEqual({ NS: [expected] });
    expect(await stored({ L: [{ N: given }] }, given)).toEqual({ L: [{ N: expected }] });
  });
});

describe('refuses', () => {
  const invalid = 'One or more parameter values were invalid: ';
  const notNumeric = 'The parameter cannot be converted to a numeric value';
  const tooMany = 'Attempting to store more than 38 significant digits in a Number';
  const overflow =
    'Number overflow. Attempting to store a number with magnitude larger than supported range';
  const underflow =
    'Number underflow. Attempting to store a number with magnitude smaller than supported range';
  const empty =
    'Supplied AttributeValue is empty, must contain exactly one of the supported datatypes';
  const several =
    'Supplied AttributeValue has more than one datatypes set, must contain exactly one of the supported datatypes';
  const tooDeep =
    'Nesting Levels have exceeded supported limits: Attributes in the item have nested levels beyond supported limit';

  test.each<[string, unknown, string]>([
    ['no type', {}, empty],
    ['an unknown type', { X: 'x' }, empty],
    ['a type of null', { S: null }, empty],
    ['two types', { S: 'x', N: '1' }, several],
    ['no type in a list', { L: [{}] }, empty],
    ['two types in a map', { M: { a: { S: 'x', BOOL: true } } }, several],
    ['an empty string set', { SS: [] }, `${invalid}An string set  may not be empty`],
    ['an empty number set', { NS: [] }, `${invalid}An number set  may not be empty`],
    ['an empty binary set', { BS: [] }, `${invalid}Binary sets should not be empty`],
    [
      'a string twice',
      { SS: ['a', 'b', 'a'] },
      `${invalid}Input collection [a, b, a] contains duplicates.`,
    ],
    ['a number twice', { NS: ['1', '1.0'] }, 'Input collection contains duplicates'],
    [
      'one number in three spellings',
      { NS: ['100', '1e2', '100.0'] },
      'Input collection contains duplicates',
    ],
    [
      'bytes twice',
      { BS: ['YQ==', 'YQ=='] },
      `${invalid}Input collection [YQ==, YQ==]of type BS contains duplicates.`,
    ],
    [
      'a null of false',
      { NULL: false },
      `${invalid}Null attribute value types must have the value of true`,
    ],
    ['an empty number', { N: '' }, notNumeric],
    ...[
      ' 1',
      '1 ',
      '.',
      '-',
      '1e',
      '1e5.5',
      'NaN',
      'Infinity',
      '0x10',
      '1_0',
      '1,5',
      '--1',
      '1-1',
    ].map((text): [string, unknown, string] => [
      `"${text}"`,
      { N: text },
      `${notNumeric}: ${text}`,
    ]),
    ['39 digits', { N: '1'.repeat(39) }, tooMany],
    ['39 digits either side of the point', { N: `${'1'.repeat(20)}.${'1'.repeat(19)}` }, tooMany],
    ['39 digits in a set', { NS: ['1'.repeat(39)] }, tooMany],
    ['1e126', { N: '1e126' }, overflow],
    ['-1e126', { N: '-1e126' }, overflow],
    ['1e99999999999', { N: '1e99999999999' }, overflow],
    ['9e-131', { N: '9e-131' }, underflow],
    ['1e-99999999999', { N: '1e-99999999999' }, underflow],
    ['32 lists', nested(32), tooDeep],
    ['32 maps', nestedMaps(32), tooDeep],
  ])('%s', async (_name, value, message) => {
    expectError(await put(value), 'ValidationException', detected(message));
  });

  test.each<[string, unknown, string]>([
    ['a number as a number', { N: 5 }, 'NUMBER_VALUE cannot be converted to String'],
    ['a fraction as a number', { N: 1.5 }, 'DECIMAL_VALUE cannot be converted to String'],
    ['a number as a string', { S: 5 }, 'NUMBER_VALUE cannot be converted to String'],
    ['true as a string', { S: true }, 'TRUE_VALUE cannot be converted to String'],
    ['a list as a string', { S: [] }, 'Unrecognized collection type class java.lang.String'],
    ['a map as a string', { S: {} }, 'Start of structure or map found where not expected'],
    ['a string as a boolean', { BOOL: 'true' }, 'Unexpected token received from parser'],
    ['a number as a boolean', { BOOL: 1 }, 'NUMBER_VALUE cannot be converted to Boolean'],
    ['a string as a list', { L: 'x' }, 'Unexpected field type'],
    ['a string in a list', { L: ['x'] }, 'Unexpected value type in payload'],
    ['a string as a map', { M: 'x' }, 'Unexpected field type'],
    ['a string as a set', { SS: 'x' }, 'Unexpected field type'],
    ['a number in a set', { NS: [1] }, 'NUMBER_VALUE cannot be converted to String'],
    ['a number as bytes', { B: 5 }, 'only base-64-encoded strings are convertible to bytes'],
    [
      'base64 that is cut',
      { B: 'YQ' },
      'Base64 encoded length is expected a multiple of 4 bytes but found: 2',
    ],
    [
      'base64 with a foreign character',
      { B: 'Y*==' },
      'Invalid last non-pad Base64 character dectected',
    ],
  ])('%s', async (_name, value, message) => {
    expectError(await put(value), 'SerializationException', message);
  });
});

describe('item size', () => {
  const limit = 400 * 1024;
  const filled = (size: number) => {
    const item = { ...key('full'), text: { S: '' } };
    return { ...item, text: { S: 'x'.repeat(size - itemSize(item)) } };
  };

  test('400 KB to the byte are accepted', async () => {
    const item = filled(limit);
    await ok('PutItem', { TableName: table, Item: item });
    expect((await ok('GetItem', { TableName: table, Key: key('full') })).Item).toEqual(item);
  });

  test('one byte more is not', async () => {
    const answer = await call('PutItem', { TableName: table, Item: filled(limit + 1) });
    expectError(
      answer,
      'ValidationException',
      detected('Item size has exceeded the maximum allowed size'),
    );
  });

  test.each<[string, AttributeValue]>([
    ['a number', { N: '-123.45' }],
    ['long numbers', { NS: ['1'.repeat(38), '0.012', '12e11', '-7'] }],
    ['a list', { L: [{ S: 'é' }, { NULL: true }, { BOOL: true }, { L: [] }] }],
    ['a map', { M: { ключ: { B: base64('bytes') }, n: { M: {} } } }],
    ['sets', { L: [{ SS: ['a', 'bb'] }, { BS: [base64('a'), base64('bb')] }] }],
  ])('%s counts as documented, to the byte', async (_name, value) => {
    // The write unit of 1 KB tells the size: an item of exactly 1024 bytes takes one, of 1025 two.
    const units = async (size: number) => {
      const item = { ...key('measured'), value, text: { S: '' } };
      const text = { S: 'x'.repeat(size - itemSize(item)) };
      await ok('DeleteItem', { TableName: table, Key: key('measured') });
      const answer = await ok('PutItem', {
        TableName: table,
        Item: { ...item, text },
        ReturnConsumedCapacity: 'TOTAL',
      });
      return answer.ConsumedCapacity.CapacityUnits;
    };
    expect(await units(1024)).toBe(1);
    expect(await units(1025)).toBe(2);
  });
});
