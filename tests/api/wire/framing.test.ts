// HTTP as clients other than the SDK speak it, and how much of it is read.
import zlib from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { send, signedHeaders } from '../support/call.ts';
import { call, endpoint } from '../support/service.ts';
import { withConnection } from '../support/socket.ts';
import { requestText, withLength } from './request_text.ts';

describe('framing', () => {
  test('every answer has a request id of its own', async () => {
    const ids = await Promise.all(
      Array.from(
        { length: 20 },
        async () => (await call('ListTables')).headers['x-amzn-requestid'],
      ),
    );
    expect(new Set(ids).size).toBe(20);
  });

  test('a chunked body, with extensions and a trailer, arrives whole', async () => {
    const pieces = ['{"Table', 'Name":', '"nosuch', '-table"}'];
    const chunks = pieces.map((piece) => `${piece.length.toString(16)};x=1\r\n${piece}\r\n`);
    const text = requestText('DescribeTable', chunks.join('') + '0\r\nX-Trailer: y\r\n\r\n', {
      'Transfer-Encoding': 'chunked',
    });
    await withConnection(endpoint, async (connection) => {
      connection.write(text);
      const answer = await connection.answer();
      expect(answer.status).toBe(400);
      expect(answer.body.toString()).toContain('Table: nosuch-table not found');
    });
  });

  test('a request that comes byte by byte is served', async () => {
    await withConnection(endpoint, async (connection) => {
      for (const byte of Buffer.from(withLength('ListTables', '{}'))) {
        connection.write(Buffer.from([byte]));
        await new Promise((resolve) => setImmediate(resolve));
      }
      expect((await connection.answer()).status).toBe(200);
    });
  });

  test('Expect: 100-continue is answered before the body', async () => {
    await withConnection(endpoint, async (connection) => {
      connection.write(
        requestText('ListTables', '', { 'Content-Length': '2', Expect: '100-continue' }),
      );
      expect((await connection.answer()).status).toBe(100);
      connection.write('{}');
      expect((await connection.answer()).status).toBe(200);
    });
  });

  test('Expect: 100-continue with a body that is too long is refused at once', async () => {
    await withConnection(endpoint, async (connection) => {
      connection.write(
        requestText('ListTables', '', { 'Content-Length': '16777217', Expect: '100-continue' }),
      );
      expect((await connection.answer()).status).toBe(413);
    });
  });

  test('a connection serves one request after another', async () => {
    await withConnection(endpoint, async (connection) => {
      for (let round = 0; round < 5; ++round) {
        connection.write(withLength('ListTables', '{"Limit":1}'));
        expect((await connection.answer()).status).toBe(200);
      }
    });
  });

  test('pipelined requests are answered in order', async () => {
    const names = Array.from({ length: 30 }, (_, index) => `pipelined-${index}`);
    await withConnection(endpoint, async (connection) => {
      connection.write(
        names.map((name) => withLength('DescribeTable', `{"TableName":"${name}"}`)).join(''),
      );
      for (const name of names) {
        const answer = await connection.answer();
        expect(answer.body.toString()).toContain(`Table: ${name} not found`);
        expect(answer.headers['x-amz-crc32']).toBe(String(zlib.crc32(answer.body)));
      }
    });
  });

  test('Connection: close is honoured', async () => {
    await withConnection(endpoint, async (connection) => {
      connection.write(withLength('ListTables', '{}', { Connection: 'close' }));
      expect((await connection.answer()).status).toBe(200);
      await connection.closed();
    });
  });

  test('HTTP/1.0 is answered and closed', async () => {
    await withConnection(endpoint, async (connection) => {
      connection.write(withLength('ListTables', '{}').replace('HTTP/1.1', 'HTTP/1.0'));
      expect((await connection.answer()).status).toBe(200);
      await connection.closed();
    });
  });

  test('a client that has closed its side after the request still gets its answer', async () => {
    await withConnection(endpoint, async (connection) => {
      connection.socket.end(withLength('ListTables', '{"Limit":1}'));
      expect((await connection.answer()).status).toBe(200);
      await connection.closed();
    });
  });
});

describe('limits', () => {
  const limit = 16 * 1024 * 1024;

  test('a body of exactly 16 MiB is read', async () => {
    const body = Buffer.alloc(limit, ' ');
    body.write('{"Limit":1}');
    expect((await call('ListTables', body)).status).toBe(200);
  });

  test('one byte more is 413', async () => {
    await withConnection(endpoint, async (connection) => {
      connection.write(requestText('ListTables', '{', { 'Content-Length': String(limit + 1) }));
      expect((await connection.answer()).status).toBe(413);
    });
  });

  test('chunks that add up to more are 413', async () => {
    const chunk = Buffer.alloc(1024 * 1024, ' ');
    await withConnection(endpoint, async (connection) => {
      connection.write(requestText('ListTables', '', { 'Transfer-Encoding': 'chunked' }));
      for (let sent = 0; sent < 17; ++sent) {
        connection.write('100000\r\n');
        connection.write(chunk);
        connection.write('\r\n');
      }
      expect((await connection.answer()).status).toBe(413);
    });
  });

  test('a compressed body that unfolds to more is 413', async () => {
    const answer = await send(endpoint, {
      headers: { ...signedHeaders('ListTables'), 'Content-Encoding': 'gzip' },
      body: zlib.gzipSync(Buffer.alloc(200 * 1024 * 1024, ' ')),
      agent: false,
    });
    expect(answer.status).toBe(413);
  });

  test('a header block over 64 KiB is 431', async () => {
    await withConnection(endpoint, async (connection) => {
      connection.write(withLength('ListTables', '{}', { 'X-Long': 'x'.repeat(70_000) }));
      expect((await connection.answer()).status).toBe(431);
      await connection.closed();
    });
  });

  test('many small headers over 64 KiB are 431', async () => {
    const many: Record<string, string> = {};
    for (let index = 0; index < 5000; ++index) many[`X-Header-${index}`] = 'value';
    await withConnection(endpoint, async (connection) => {
      connection.write(withLength('ListTables', '{}', many));
      expect((await connection.answer()).status).toBe(431);
    });
  });

  test('a header block of 60 KiB is read', async () => {
    await withConnection(endpoint, async (connection) => {
      connection.write(withLength('ListTables', '{}', { 'X-Long': 'x'.repeat(60_000) }));
      expect((await connection.answer()).status).toBe(200);
    });
  });
});
