// One request as bytes, one answer as bytes: for what the SDK would not send or would not show.
// Needs nothing but Node.js itself; the crash test uses it too.
import assert from 'node:assert';
import http from 'node:http';
import zlib from 'node:zlib';

export type Json = any;

export interface Answer {
  status: number;
  headers: http.IncomingHttpHeaders;
  bytes: Buffer;
  text: string;
  /** The body read as JSON; undefined when it is none. */
  body: Json;
}

export const agent = new http.Agent({ keepAlive: true, maxSockets: 64 });

export const authorization =
  'AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20250101/us-east-1/dynamodb/aws4_request, ' +
  'SignedHeaders=host;x-amz-date;x-amz-target, ' +
  'Signature=0000000000000000000000000000000000000000000000000000000000000000';

/** The operations of DynamoDB Streams, a service of its own. */
const streamsOperations = ['DescribeStream', 'GetRecords', 'GetShardIterator', 'ListStreams'];

/** The headers that every signed request of an SDK carries. */
export function signedHeaders(operation: string): Record<string, string> {
  const service = streamsOperations.includes(operation) ? 'DynamoDBStreams' : 'DynamoDB';
  return {
    'Content-Type': 'application/x-amz-json-1.0',
    'X-Amz-Target': `${service}_20120810.${operation}`,
    'X-Amz-Date': '20250101T000000Z',
    Authorization: authorization,
  };
}

export interface HttpRequest {
  method?: string;
  path?: string;
  headers?: http.OutgoingHttpHeaders;
  body?: string | Buffer;
  agent?: http.Agent | false;
}

/** Sends one HTTP request and reads the whole answer. */
export function send(endpoint: string, request: HttpRequest): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const outgoing = http.request(
      endpoint + (request.path ?? '/'),
      {
        method: request.method ?? 'POST',
        headers: request.headers,
        agent: request.agent ?? agent,
      },
      (response) => {
        const parts: Buffer[] = [];
        response.on('data', (part) => parts.push(part));
        response.on('error', reject);
        response.on('end', () => resolve(readAnswer(response, Buffer.concat(parts))));
      },
    );
    outgoing.on('error', reject);
    outgoing.end(request.body);
  });
}

function readAnswer(response: http.IncomingMessage, bytes: Buffer): Answer {
  const encoding = response.headers['content-encoding'];
  const plain =
    encoding === 'gzip'
      ? zlib.gunzipSync(bytes)
      : encoding === 'deflate'
        ? zlib.inflateSync(bytes)
        : bytes;
  const text = plain.toString('utf8');
  return {
    status: response.statusCode!,
    headers: response.headers,
    bytes,
    text,
    body: parseOrUndefined(text),
  };
}

function parseOrUndefined(text: string): Json {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Calls an operation. A string or Buffer is sent as it stands, anything else as JSON. */
export async function callAt(
  endpoint: string,
  operation: string,
  request: Json = {},
  extraHeaders: http.OutgoingHttpHeaders = {},
): Promise<Answer> {
  const body =
    typeof request === 'string' || Buffer.isBuffer(request) ? request : JSON.stringify(request);
  const answer = await send(endpoint, {
    headers: {
      ...signedHeaders(operation),
      'Content-Length': Buffer.byteLength(body),
      ...extraHeaders,
    },
    body,
  });
  checkEnvelope(answer);
  return answer;
}

/** What every answer of the service carries, good or bad: a request id, a checksum, a type. */
export function checkEnvelope(answer: Answer): void {
  assert.match(String(answer.headers['x-amzn-requestid']), /^[0-9A-Za-z-]{20,}$/);
  assert.equal(answer.headers['x-amz-crc32'], String(zlib.crc32(answer.bytes)));
  assert.equal(answer.headers['content-type'], 'application/x-amz-json-1.0');
}
