// Compressed requests and answers.
import zlib from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { callAt, send, signedHeaders } from '../support/call.ts';
import { endpoint, expectError, makeTable, ok } from '../support/service.ts';

describe('encodings', () => {
  const body = JSON.stringify({ TableName: 'nosuch-table', Padding: 'x'.repeat(5000) });
  const encoded = { gzip: zlib.gzipSync(body), deflate: zlib.deflateSync(body) };

  test.each(['gzip', 'deflate'] as const)('a %s request is read', async (encoding) => {
    const answer = await callAt(endpoint, 'DescribeTable', encoded[encoding], {
      'Content-Encoding': encoding,
    });
    expectError(
      answer,
      'ResourceNotFoundException',
      'Requested resource not found: Table: nosuch-table not found',
    );
  });

  test.each(['gzip', 'deflate'] as const)('a damaged %s request is refused', async (encoding) => {
    const whole = encoded[encoding];
    for (const damaged of [Buffer.from('{}'), whole.subarray(0, whole.length - 6)]) {
      const answer = await send(endpoint, {
        headers: { ...signedHeaders('ListTables'), 'Content-Encoding': encoding },
        body: damaged,
      });
      expect(answer.status).toBe(400);
    }
  });

  test('an unknown encoding is refused', async () => {
    const answer = await send(endpoint, {
      headers: { ...signedHeaders('ListTables'), 'Content-Encoding': 'br' },
      body: zlib.brotliCompressSync('{}'),
    });
    expect(answer.status).toBeGreaterThanOrEqual(400);
    expect(answer.status).toBeLessThan(500);
  });

  describe('answers', async () => {
    const table = await makeTable('id:S');
    const key = { TableName: table, Key: { id: { S: 'long' } } };
    await ok('PutItem', {
      TableName: table,
      Item: { id: { S: 'long' }, text: { S: 'lorem ipsum '.repeat(5000) } },
    });

    test.each([
      ['gzip', 'gzip'],
      ['deflate', 'deflate'],
      ['gzip, deflate, br', 'gzip'],
      ['br;q=1.0, gzip;q=0.5', 'gzip'],
      ['identity', undefined],
      ['gzip;q=0', undefined],
      ['br', undefined],
      [undefined, undefined],
    ])('Accept-Encoding %s gives %s for a large answer', async (accepted, expected) => {
      const answer = await callAt(
        endpoint,
        'GetItem',
        key,
        accepted === undefined ? {} : { 'Accept-Encoding': accepted },
      );
      expect(answer.headers['content-encoding']).toBe(expected);
      expect(answer.body.Item.text.S).toBe('lorem ipsum '.repeat(5000));
      // callAt has compared x-amz-crc32 with the bytes as sent: compressed, where they are.
      if (expected) expect(answer.bytes.length).toBeLessThan(10_000);
    });

    test('a small answer stays as it is', async () => {
      const answer = await callAt(
        endpoint,
        'ListTables',
        { Limit: 1 },
        { 'Accept-Encoding': 'gzip' },
      );
      expect(answer.headers['content-encoding']).toBeUndefined();
    });
  });
});
