// Bodies that are not what an operation reads.
import { describe, expect, test } from 'vitest';
import { send } from '../support/call.ts';
import { call, endpoint, expectError } from '../support/service.ts';

describe('body', () => {
  test.each([
    ['open object', '{'],
    ['cut name', 'nul'],
    ['missing value', '{"a":}'],
    ['trailing comma', '{"TableName":"abc",}'],
    ['two documents', '{}{}'],
    ['text after', '{} x'],
    ['comment', '{/**/}'],
    ['leading zero', '{"Limit":01}'],
    ['not a number', '{"Limit":NaN}'],
    ['single quotes', "{'a':1}"],
    ['raw newline in a string', '{"a":"\n"}'],
    ['blank', ' '],
    ['empty', ''],
    ['lone surrogate', '{"TableName":"\\ud800"}'],
    ['unknown escape', '{"TableName":"\\x"}'],
    ['cut in a string', '{"TableName":"ab'],
    ['cut in an escape', '{"TableName":"ab\\'],
  ])('%s is a SerializationException', async (_name, body) => {
    const answer = await call('ListTables', body);
    expect(answer.status).toBe(400);
    expect(answer.body).toEqual({ __type: 'com.amazon.coral.service#SerializationException' });
  });

  test('bad UTF-8 is a SerializationException', async () => {
    const body = Buffer.concat([
      Buffer.from('{"TableName":"'),
      Buffer.from([0xc3, 0x28]),
      Buffer.from('"}'),
    ]);
    expectError(await call('DescribeTable', body), 'SerializationException');
  });

  test.each(['"x"', '1', 'true', 'null'])('%s instead of an object is refused', async (body) => {
    expectError(await call('ListTables', body), 'SerializationException');
  });

  test('malformed JSON is told before a missing signature', async () => {
    const answer = await send(endpoint, {
      headers: {
        'Content-Type': 'application/x-amz-json-1.0',
        'X-Amz-Target': 'DynamoDB_20120810.ListTables',
      },
      body: '{',
    });
    expectError(answer, 'SerializationException');
  });

  test('unknown members are ignored, the last of two equal names counts', async () => {
    const answer = await call(
      'DescribeTable',
      '{"Nonsense":[1,{"a":[]}],"TableName":"first","TableName":"nosuch-table"}',
    );
    expectError(
      answer,
      'ResourceNotFoundException',
      'Requested resource not found: Table: nosuch-table not found',
    );
  });

  test.each(['[', '{"a":'])('100,000 levels of %s are refused', async (opening) => {
    expectError(await call('PutItem', opening.repeat(100_000)), 'SerializationException');
  });

  test('a value nested far deeper than an item may be is refused', async () => {
    const levels = 20_000;
    const value = '{"L":['.repeat(levels) + '{"NULL":true}' + ']}'.repeat(levels);
    const answer = await call('PutItem', `{"TableName":"abc","Item":{"a":${value}}}`);
    expect(answer.status).toBe(400);
    expect(answer.body.__type).toMatch(/#(ValidationException|SerializationException)$/);
  });
});
