// Requests as text, for connections that speak HTTP by hand.
import { signedHeaders } from '../support/call.ts';
import { endpoint } from '../support/service.ts';

const host = new URL(endpoint).host;

/** A request with these headers and nothing said of its length. */
export function requestText(operation: string, body: string, headers: Record<string, string> = {}) {
  const all = { Host: host, ...signedHeaders(operation), ...headers };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
  return `POST / HTTP/1.1\r\n${lines.join('')}\r\n${body}`;
}

/** A whole request. */
export function withLength(operation: string, body: string, headers: Record<string, string> = {}) {
  return requestText(operation, body, {
    'Content-Length': String(Buffer.byteLength(body)),
    ...headers,
  });
}
