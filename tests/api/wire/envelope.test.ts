// What a request must say of itself before any operation is looked at.
import zlib from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { checkEnvelope, send, signedHeaders } from '../support/call.ts';
import { endpoint, expectError } from '../support/service.ts';

const notFound = '<UnknownOperationException/>\n';

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
});
