// Clients that stop, break off or speak something else: nobody else is to notice.
import { describe, expect, test } from 'vitest';
import { call, endpoint } from '../support/service.ts';
import { withConnection } from '../support/socket.ts';
import { requestText, withLength } from './request_text.ts';

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

  test('a connection that says nothing yet stays open while others work', async () => {
    await withConnection(endpoint, async (connection) => {
      for (let round = 0; round < 2000; ++round) await call('ListTables', { Limit: 1 });
      connection.write(withLength('ListTables', '{"Limit":1}'));
      expect((await connection.answer()).status).toBe(200);
    });
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
