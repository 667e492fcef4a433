// Signatures: their form is checked, not yet whose they are.
import { describe, expect, test } from 'vitest';
import { authorization, send } from '../support/call.ts';
import { endpoint, expectError } from '../support/service.ts';

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
