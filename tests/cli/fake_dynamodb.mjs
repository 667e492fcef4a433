// A server that answers as DynamoDB would, for what `jedlik bench` must put up with and a real one
// seldom does. It checks signatures, in its own way.
import { createHash, createHmac } from 'node:crypto';
import { once } from 'node:events';
import http from 'node:http';
import https from 'node:https';

const hash = (text) => createHash('sha256').update(text).digest('hex');
const hmac = (key, text) => createHmac('sha256', key).update(text).digest();

/** The signature that a request should have ("Create a signed AWS API request", IAM User Guide). */
function signatureOf({ headers, method, url }, body, secret) {
  const [, scope, names] = /Credential=[^/]+\/(.*), SignedHeaders=(.*), /.exec(
    headers.authorization,
  );
  const lines = names.split(';').map((name) => `${name}:${headers[name]}\n`);
  const canonical = `${method}\n${url}\n\n${lines.join('')}\n${names}\n${hash(body)}`;
  const text = `AWS4-HMAC-SHA256\n${headers['x-amz-date']}\n${scope}\n${hash(canonical)}`;
  const key = scope.split('/').reduce(hmac, `AWS4${secret}`);
  return hmac(key, text).toString('hex');
}

const table = {
  Table: { TableStatus: 'ACTIVE', KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }] },
};
export const refusal = (type, message) => ({
  status: 400,
  body: { __type: `com.amazonaws.dynamodb.v20120810#${type}`, message },
});

/** Answers what is not DescribeTable by `answer({ operation, count, request })`, where `count` is that
 * of the requests so far: { status, headers, body or text, chunked, destroys }, any of which may be
 * left out. `tls`: { key, cert }. `secret`: what requests must be signed with. */
export async function startFake(t, answer, { tls, secret } = {}) {
  const fake = { requests: [], badSignatures: 0, connections: 0 };
  const handle = async (request, response) => {
    const parts = [];
    for await (const part of request) parts.push(part);
    const text = Buffer.concat(parts).toString();
    const operation = request.headers['x-amz-target'].split('.')[1];
    if (secret && !request.headers.authorization.endsWith(signatureOf(request, text, secret)))
      fake.badSignatures += 1;
    if (operation === 'DescribeTable') return response.end(JSON.stringify(table));
    fake.requests.push({ operation, headers: request.headers, body: JSON.parse(text) });
    const told = answer({ operation, count: fake.requests.length, request: JSON.parse(text) });
    if (told.destroys) return request.socket.destroy();
    const body = told.text ?? JSON.stringify(told.body ?? {});
    const length = told.chunked ? {} : { 'content-length': Buffer.byteLength(body) };
    response.writeHead(told.status ?? 200, { ...length, ...told.headers });
    if (told.chunked) for (const c of body) response.write(c);
    return response.end(told.chunked ? '' : body);
  };
  const server = tls ? https.createServer(tls, handle) : http.createServer(handle);
  server.on(tls ? 'secureConnection' : 'connection', () => (fake.connections += 1));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => {
    server.close();
    server.closeAllConnections();
  });
  fake.port = server.address().port;
  fake.endpoint = `${tls ? 'https' : 'http'}://127.0.0.1:${fake.port}`;
  return fake;
}
