// What a page in a browser needs to call the server.
import { describe, expect, test } from 'vitest';
import { callAt, send } from '../support/call.ts';
import { call, endpoint } from '../support/service.ts';

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
