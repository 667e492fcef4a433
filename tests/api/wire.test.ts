// HTTP as clients other than the SDK would speak it: framing, headers, encodings, errors that come
// before any operation, and clients that misbehave.
import zlib from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { authorization, callAt, checkEnvelope, send, signedHeaders } from './support/call.ts';
import { call, endpoint, expectError, makeTable, ok } from './support/service.ts';
import { withConnection } from './support/socket.ts';

const notFound = '<UnknownOperationException/>\n';
const host = new URL(endpoint).host;

function requestText(operation: string, body: string, headers: Record<string, string> = {}) {
  const all = { Host: host, ...signedHeaders(operation), ...headers };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
  return `POST / HTTP/1.1\r\n${lines.join('')}\r\n${body}`;
}

function withLength(operation: string, body: string, headers: Record<string, string> = {}) {
  return requestText(operation, body, {
    'Content-Length': String(Buffer.byteLength(body)),
    ...headers,
  });
}

describe('health', () => {
  test.each(['/', '/?anything'])('GET %s answers without a signature', async (path) => {
    const answer = await send(endpoint, { method: 'GET', path });
    expect(answer.status).toBe(200);
    expect(answer.text).toMatch(/^healthy: dynamodb\.[a-z0-9-]+\.amazonaws\.com $/);
    expect(answer.headers['x-amz-crc32']).toBe(String(zlib.crc32(answer.bytes)));
    expect(answer.headers['x-amzn-requestid']).toBeTruthy();
  });

  test.each(['PUT', 'DELETE', 'PATCH', 'OPTIONS'])('%s is not found', async (method) => {
    const answer = await send(endpoint, { method, headers: signedHeaders('ListTables') });
    expect(answer.status).toBe(404);
    expect(answer.text).toBe(notFound);
  });

  test('HEAD has no body', async () => {
    const answer = await send(endpoint, { method: 'HEAD' });
    expect(answer.bytes.length).toBe(0);
  });
});

describe('content type', () => {
  test.each(['text/plain', 'application/x-amz-json-1.1', 'application/cbor', ''])(
    '"%s" is not found',
    async (type) => {
      const answer = await send(endpoint, {
        headers: { ...signedHeaders('ListTables'), 'Content-Type': type },
        body: '{}',
      });
      expect(answer.status).toBe(404);
      expect(answer.text).toBe(notFound);
    },
  );

  test.each(['application/json', 'application/json; charset=utf-8'])(
    '%s is answered in kind',
    async (type) => {
      const answer = await send(endpoint, {
        headers: { ...signedHeaders('ListTables'), 'Content-Type': type },
        body: '{}',
      });
      expect(answer.status).toBe(200);
      expect(answer.headers['content-type']).toBe('application/json');
    },
  );
});

describe('target', () => {
  test.each([
    'DynamoDB_20120810.',
    'DynamoDB_20120810',
    'ListTables',
    'DynamoDB_20120810.listTables',
    'DynamoDB_20120810.ListTables.x',
    'DynamoDB_20120810.NoSuchOperation',
    'DynamoDB_20111205.ListTables',
    'Kinesis_20131202.ListStreams',
  ])('%s is an unknown operation', async (target) => {
    const answer = await send(endpoint, {
      headers: { ...signedHeaders('ListTables'), 'X-Amz-Target': target },
      body: '{}',
    });
    checkEnvelope(answer);
    expect(answer.status).toBe(400);
    expect(answer.body).toEqual({
      __type: 'com.amazon.coral.service#UnknownOperationException',
    });
  });

  test('none is an unknown operation', async () => {
    const headers: Record<string, string> = signedHeaders('ListTables');
    delete headers['X-Amz-Target'];
    const answer = await send(endpoint, { headers, body: '{}' });
    expectError(answer, 'UnknownOperationException');
  });

  // Operations of the service that this server does not have yet: never a made-up success.
  test.each(['ListBackups', 'RestoreTableFromBackup', 'ExportTableToPointInTime', 'ListImports'])(
    '%s is an unknown operation so far',
    async (operation) => {
      expectError(await call(operation, { TableName: 'abc' }), 'UnknownOperationException');
    },
  );
});

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

describe('authorization', () => {
  const target = {
    'Content-Type': 'application/x-amz-json-1.0',
    'X-Amz-Target': 'DynamoDB_20120810.ListTables',
  };
  const dated = { ...target, 'X-Amz-Date': '20250101T000000Z' };
  const missing = (part: string) => `Authorization header requires '${part}' parameter.`;
  const missingDate =
    "Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header.";

  test.each([undefined, '', 'Basic dXNlcjpwYXNz', 'AWS AKID:sig', 'aws4-hmac-sha256 a'])(
    '"%s" is no token',
    async (value) => {
      const headers = value === undefined ? dated : { ...dated, Authorization: value };
      expectError(
        await send(endpoint, { headers, body: '{}' }),
        'MissingAuthenticationTokenException',
        'Request is missing Authentication Token',
      );
    },
  );

  test.each([
    [
      'all parts missing',
      dated,
      'AWS4-HMAC-SHA256',
      [missing('Credential'), missing('Signature'), missing('SignedHeaders')],
    ],
    [
      'signature missing',
      dated,
      'AWS4-HMAC-SHA256 Credential=a, SignedHeaders=b',
      [missing('Signature')],
    ],
    [
      'credential missing',
      dated,
      'AWS4-HMAC-SHA256 Signature=a, SignedHeaders=b',
      [missing('Credential')],
    ],
    [
      'date missing',
      target,
      'AWS4-HMAC-SHA256 Credential=a, Signature=b, SignedHeaders=c',
      [missingDate],
    ],
    [
      'everything missing',
      target,
      'AWS4-HMAC-SHA256',
      [missing('Credential'), missing('Signature'), missing('SignedHeaders'), missingDate],
    ],
  ])('%s', async (_name, base, value, sentences) => {
    const answer = await send(endpoint, { headers: { ...base, Authorization: value }, body: '{}' });
    expectError(
      answer,
      'IncompleteSignatureException',
      [...sentences, `Authorization=${value}`].join(' '),
    );
  });

  test('a Date header will do', async () => {
    const answer = await send(endpoint, {
      headers: {
        ...target,
        Authorization: authorization,
        Date: 'Wed, 01 Jan 2025 00:00:00 GMT',
      },
      body: '{}',
    });
    expect(answer.status).toBe(200);
  });

  test('any region and key are accepted', async () => {
    const answer = await send(endpoint, {
      headers: {
        ...dated,
        Authorization:
          'AWS4-HMAC-SHA256 Credential=x/20250101/eu-west-9/dynamodb/aws4_request,SignedHeaders=host,Signature=1f',
      },
      body: '{}',
    });
    expect(answer.status).toBe(200);
  });

  test('a signature in the query string is accepted, a cut one refused', async () => {
    const whole =
      '/?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=a&X-Amz-Signature=b&X-Amz-SignedHeaders=host&X-Amz-Date=20250101T000000Z';
    expect((await send(endpoint, { path: whole, headers: target, body: '{}' })).status).toBe(200);
    expectError(
      await send(endpoint, {
        path: whole.replace('&X-Amz-Signature=b', ''),
        headers: target,
        body: '{}',
      }),
      'IncompleteSignatureException',
      "AWS query-string parameters must include 'X-Amz-Signature'. Re-examine the query-string parameters.",
    );
  });
});

describe('CORS', () => {
  test('a preflight is answered with what it asked for', async () => {
    const answer = await send(endpoint, {
      method: 'OPTIONS',
      headers: {
        Origin: 'https://example.org',
        'Access-Control-Request-Method': 'POST',
        'Access-Control-Request-Headers': 'content-type,x-amz-target,authorization,x-amz-date',
      },
    });
    expect(answer.status).toBe(200);
    expect(answer.bytes.length).toBe(0);
    expect(answer.headers['access-control-allow-origin']).toBe('*');
    expect(answer.headers['access-control-max-age']).toBe('172800');
    expect(answer.headers['access-control-allow-methods']).toMatch(/\bPOST\b/);
    expect(answer.headers['access-control-allow-headers']).toBe(
      'content-type,x-amz-target,authorization,x-amz-date',
    );
  });

  test('an answer to another origin may be read, with its request id', async () => {
    for (const operation of ['ListTables', 'NoSuchOperation']) {
      const answer = await callAt(endpoint, operation, {}, { Origin: 'https://example.org' });
      expect(answer.headers['access-control-allow-origin']).toBe('*');
      expect(answer.headers['access-control-expose-headers']).toMatch(/x-amzn-RequestId/i);
    }
  });

  test('an answer without an origin carries no CORS headers', async () => {
    const answer = await call('ListTables');
    expect(answer.headers['access-control-allow-origin']).toBeUndefined();
  });
});

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

describe('clients that misbehave', () => {
  async function stillServes() {
    expect((await call('ListTables')).status).toBe(200);
  }

  test('a client that stops in the middle does not hold up another', async () => {
    await withConnection(endpoint, async (inHeader) => {
      await withConnection(endpoint, async (inBody) => {
        inHeader.write('POST / HTTP/1.1\r\nHost: x\r\nX-Amz-');
        inBody.write(requestText('ListTables', '{"Lim', { 'Content-Length': '500' }));
        await Promise.all(Array.from({ length: 100 }, () => call('ListTables')));
      });
    });
  });

  test('300 idle and half-open connections do not hold up another', async () => {
    const connections: Promise<void>[] = [];
    let release = () => {};
    const done = new Promise<void>((resolve) => (release = resolve));
    for (let index = 0; index < 300; ++index) {
      connections.push(
        withConnection(endpoint, async (connection) => {
          if (index % 2) connection.write('POST / HT');
          await done;
        }),
      );
    }
    await Promise.all(Array.from({ length: 50 }, () => call('ListTables')));
    release();
    await Promise.all(connections);
  });

  test('a connection cut in the middle of a body harms nobody', async () => {
    for (let round = 0; round < 20; ++round) {
      await withConnection(endpoint, async (connection) => {
        connection.write(requestText('PutItem', '{"TableName', { 'Content-Length': '1000' }));
      });
    }
    await stillServes();
  });

  test('a connection cut before its answer is read harms nobody', async () => {
    for (let round = 0; round < 20; ++round) {
      await withConnection(endpoint, async (connection) => {
        connection.write(withLength('ListTables', '{}').repeat(10));
      });
    }
    await stillServes();
  });

  test.each([
    ['a TLS hello', Buffer.from('160301020001000001fc0303', 'hex')],
    ['zeros', Buffer.alloc(1000)],
    ['no method', Buffer.from('\r\n\r\n \r\n\r\n')],
    ['a bad version', Buffer.from('POST / HTTP/9.9\r\nHost: x\r\n\r\n')],
    ['a negative length', Buffer.from('POST / HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n')],
    [
      'a huge length',
      Buffer.from('POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999999999999\r\n\r\n'),
    ],
    [
      'a bad chunk',
      Buffer.from('POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n'),
    ],
    [
      'length and chunks together',
      Buffer.from(
        'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
      ),
    ],
  ])('%s is answered with 4xx or a closed connection', async (_name, bytes) => {
    await withConnection(endpoint, async (connection) => {
      connection.socket.end(bytes);
      try {
        const { status } = await connection.answer();
        expect(status).toBeGreaterThanOrEqual(400);
        expect(status).toBeLessThan(500);
      } catch {
        await connection.closed();
      }
    });
    await stillServes();
  });
});
