// Expected and ConditionalOperator, which were before ConditionExpression.
import { beforeAll, describe, expect, test } from 'vitest';
import { call, expectError, makeTable, ok } from '../support/service.ts';

const invalid = 'One or more parameter values were invalid: ';
const item = {
  id: { S: 'x' },
  s: { S: 'abc' },
  n: { N: '5' },
  ss: { SS: ['x', 'y'] },
  l: { L: [{ S: 'x' }, { N: '1' }] },
  m: { M: { k: { S: 'v' } } },
  nothing: { NULL: true },
  yes: { BOOL: true },
};

let table: string;
beforeAll(async () => {
  table = await makeTable('id:S', 'expected');
  await ok('PutItem', { TableName: table, Item: item });
});

const put = (more: object) => call('PutItem', { TableName: table, Item: item, ...more });
const compare = (op: string, ...values: object[]) => ({
  ComparisonOperator: op,
  AttributeValueList: values,
});
const [S, N] = [(text: string) => ({ S: text }), (text: string) => ({ N: text })];

describe('a comparison holds or not', () => {
  test.each<[string, object, boolean]>([
    ['s', { Value: S('abc') }, true],
    ['s', { Value: S('abd') }, false],
    ['n', { Value: N('5.0') }, true],
    ['s', { Exists: true, Value: S('abc') }, true],
    ['s', { Exists: false }, false],
    ['none', { Exists: false }, true],
    ['s', { ComparisonOperator: 'EQ', Value: S('abc') }, true],
    ['m', compare('EQ', { M: { k: S('v') } }), true],
    ['ss', compare('EQ', { SS: ['y', 'x'] }), true],
    ['none', compare('EQ', S('abc')), false],
    ['s', compare('NE', S('abc')), false],
    ['s', compare('NE', N('1')), true],
    ['none', compare('NE', S('abc')), true],
    ['n', compare('LT', N('5')), false],
    ['n', compare('LE', N('5')), true],
    ['n', compare('GT', N('4')), true],
    ['n', compare('GE', N('6')), false],
    ['n', compare('LT', S('6')), false],
    ['none', compare('LT', S('abc')), false],
    ['n', compare('BETWEEN', N('1'), N('5')), true],
    ['n', compare('BETWEEN', N('6'), N('9')), false],
    ['n', compare('IN', N('4'), N('5')), true],
    ['s', compare('IN', S('a'), S('b')), false],
    ['s', compare('BEGINS_WITH', S('ab')), true],
    ['s', compare('BEGINS_WITH', S('bc')), false],
    ['s', compare('CONTAINS', S('bc')), true],
    ['ss', compare('CONTAINS', S('y')), true],
    ['l', compare('CONTAINS', N('1')), true],
    ['n', compare('CONTAINS', N('5')), false],
    ['ss', compare('NOT_CONTAINS', S('y')), false],
    ['ss', compare('NOT_CONTAINS', S('z')), true],
    ['none', compare('NOT_CONTAINS', S('z')), false],
    ['none', { ComparisonOperator: 'NULL' }, true],
    ['nothing', { ComparisonOperator: 'NULL' }, false],
    ['nothing', { ComparisonOperator: 'NOT_NULL' }, true],
    ['none', { ComparisonOperator: 'NOT_NULL', AttributeValueList: [] }, false],
    // A name, not a path.
    ['m.k', compare('EQ', S('v')), false],
  ])('%s %j: %s', async (name, expected, holds) => {
    const answer = await put({ Expected: { [name]: expected } });
    if (holds) expect(answer.body).toEqual({});
    else expectError(answer, 'ConditionalCheckFailedException', 'The conditional request failed');
  });
});

describe('several comparisons', () => {
  const two = { s: { Value: S('other') }, n: { Value: N('5') } };
  test.each<[object, boolean]>([
    [{}, false],
    [{ ConditionalOperator: 'AND' }, false],
    [{ ConditionalOperator: 'OR' }, true],
  ])('with %j: %s', async (more, holds) => {
    expect((await put({ Expected: two, ...more })).status).toBe(holds ? 200 : 400);
  });

  test('an empty Expected asks for nothing', async () => {
    expect((await put({ Expected: {} })).body).toEqual({});
  });

  test('of DeleteItem and UpdateItem, too', async () => {
    const key = { TableName: table, Key: { id: { S: 'x' } }, Expected: two };
    expectError(await call('DeleteItem', key), 'ConditionalCheckFailedException');
    expectError(await call('UpdateItem', key), 'ConditionalCheckFailedException');
  });

  test('a failure shows the item where that is asked for', async () => {
    const answer = await put({
      Expected: two,
      ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
    });
    expect(answer.body.Item).toEqual(item);
  });
});

describe('what makes no sense is refused', () => {
  const count = (op: string) =>
    `${invalid}Invalid number of argument(s) for the ${op} ComparisonOperator`;
  const type = (op: string, name: string) =>
    `${invalid}ComparisonOperator ${op} is not valid for ${name} AttributeValue type`;
  test.each<[object, string]>([
    [{}, 'Value must be provided when Exists is null for Attribute: s'],
    [{ Exists: true }, 'Value must be provided when Exists is true for Attribute: s'],
    [
      { Exists: false, Value: S('a') },
      'Value cannot be used when Exists is false for Attribute: s',
    ],
    [
      { Exists: true, ComparisonOperator: 'NOT_NULL' },
      'Exists and ComparisonOperator cannot be used together for Attribute: s',
    ],
    [
      { AttributeValueList: [S('a')] },
      'AttributeValueList can only be used with a ComparisonOperator for Attribute: s',
    ],
    [
      { AttributeValueList: [S('a')], Value: S('a') },
      'Value and AttributeValueList cannot be used together for Attribute: s',
    ],
    [
      { ComparisonOperator: 'EQ' },
      'Value or AttributeValueList must be used with ComparisonOperator: EQ for Attribute: s',
    ],
    [
      { ComparisonOperator: 'EQ', AttributeValueList: [{ SS: [] }] },
      'An string set  may not be empty',
    ],
  ])('%j', async (expected, message) => {
    expectError(await put({ Expected: { s: expected } }), 'ValidationException', invalid + message);
  });

  test.each<[object, string]>([
    [compare('EQ'), count('EQ')],
    [compare('EQ', S('a'), S('b')), count('EQ')],
    [compare('NULL', S('a')), count('NULL')],
    [compare('BETWEEN', S('a')), count('BETWEEN')],
    [compare('IN'), count('IN')],
    [compare('LT', { SS: ['a'] }), type('LT', 'SS')],
    [compare('GE', { BOOL: true }), type('GE', 'BOOL')],
    [compare('IN', { NULL: true }), type('IN', 'NULL')],
    [compare('BEGINS_WITH', N('1')), type('BEGINS_WITH', 'N')],
    [compare('CONTAINS', { L: [] }), type('CONTAINS', 'L')],
    [compare('NOT_CONTAINS', { M: {} }), type('NOT_CONTAINS', 'M')],
    [
      compare('IN', S('a'), N('1')),
      `${invalid}AttributeValues inside AttributeValueList must be of same type`,
    ],
    [
      compare('BETWEEN', N('9'), N('1')),
      'The BETWEEN condition was provided a range where the lower bound is greater than the upper bound',
    ],
    [compare('EQ', { N: 'x' }), 'The parameter cannot be converted to a numeric value: x'],
    [
      compare('EQ', {}),
      'Supplied AttributeValue is empty, must contain exactly one of the supported datatypes',
    ],
    [
      compare('LIKE', S('a')),
      "1 validation error detected: Value 'LIKE' at 'expected.s.member.comparisonOperator' failed to " +
        'satisfy constraint: Member must satisfy enum value set: [IN, NULL, BETWEEN, LT, NOT_CONTAINS, ' +
        'EQ, GT, NOT_NULL, NE, LE, BEGINS_WITH, GE, CONTAINS]',
    ],
  ])('%j', async (expected, message) => {
    expectError(await put({ Expected: { s: expected } }), 'ValidationException', message);
  });

  test.each<[object, string]>([
    [
      { ConditionalOperator: 'OR' },
      'ConditionalOperator cannot be used without Filter or Expected',
    ],
    [
      { ConditionalOperator: 'OR', Expected: { s: { Value: S('a') } } },
      'ConditionalOperator can only be used when Filter or Expected has two or more elements',
    ],
    [
      { Expected: {}, ConditionExpression: 'attribute_exists(id)' },
      'Can not use both expression and non-expression parameters in the same request: ' +
        'Non-expression parameters: {Expected} Expression parameters: {ConditionExpression}',
    ],
    [
      { Expected: { s: { Value: S('a') } }, ExpressionAttributeValues: { ':v': S('a') } },
      'ExpressionAttributeValues can only be specified when using expressions: ConditionExpression is null',
    ],
    [
      { TableName: 'no-such-table', Expected: { s: {} } },
      `${invalid}Value must be provided when Exists is null for Attribute: s`,
    ],
  ])('%j', async (more, message) => {
    expectError(await put(more), 'ValidationException', message);
  });
});
