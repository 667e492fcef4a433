// A bare TCP connection that speaks HTTP by hand: for bytes that no HTTP client would send.
import net from 'node:net';

export interface RawAnswer {
  status: number;
  headers: Record<string, string>;
  body: Buffer;
}

export class RawConnection {
  private received = Buffer.alloc(0);
  private ended = false;
  private wake: () => void = () => {};

  private constructor(readonly socket: net.Socket) {
    socket.on('data', (part) => {
      this.received = Buffer.concat([this.received, part]);
      this.wake();
    });
    // A reset by the server is one of the ways in which it may end a connection.
    socket.on('error', () => {});
    socket.on('close', () => {
      this.ended = true;
      this.wake();
    });
    socket.on('end', () => {
      this.ended = true;
      this.wake();
    });
  }

  static open(endpoint: string): Promise<RawConnection> {
    const { hostname, port } = new URL(endpoint);
    return new Promise((resolve, reject) => {
      // allowHalfOpen: a test decides itself when its side of the connection closes.
      const socket = net.connect({ host: hostname, port: Number(port), allowHalfOpen: true });
      socket.setNoDelay(true);
      socket.once('error', reject);
      socket.once('connect', () => {
        socket.off('error', reject);
        resolve(new RawConnection(socket));
      });
    });
  }

  write(data: string | Buffer): void {
    if (!this.socket.destroyed) this.socket.write(data);
  }

  /** The next whole answer; throws when the server closes before that. */
  async answer(): Promise<RawAnswer> {
    const head = await this.until(() => this.received.indexOf('\r\n\r\n'), 4);
    const [statusLine, ...lines] = head.toString('latin1').trimEnd().split('\r\n');
    const headers: Record<string, string> = {};
    for (const line of lines) {
      const colon = line.indexOf(':');
      headers[line.slice(0, colon).toLowerCase()] = line.slice(colon + 1).trim();
    }
    const status = Number(statusLine.split(' ')[1]);
    const length = status === 100 ? 0 : Number(headers['content-length'] ?? 0);
    const body = await this.until(() => (this.received.length >= length ? length : -1), 0);
    return { status, headers, body };
  }

  /** Resolves once the server has closed its side. */
  async closed(): Promise<void> {
    while (!this.ended) await this.change();
  }

  /** Takes what was received up to the place that `find` gives, plus `extra` bytes. */
  private async until(find: () => number, extra: number): Promise<Buffer> {
    for (;;) {
      const place = find();
      if (place >= 0) {
        const taken = this.received.subarray(0, place + extra);
        this.received = this.received.subarray(place + extra);
        return taken;
      }
      if (this.ended) throw new Error('the server closed the connection before it answered');
      await this.change();
    }
  }

  private change(): Promise<void> {
    return new Promise((resolve) => (this.wake = resolve));
  }

  destroy(): void {
    this.socket.destroy();
  }
}

/** Opens a connection for the length of `use`. */
export async function withConnection<T>(
  endpoint: string,
  use: (connection: RawConnection) => Promise<T>,
): Promise<T> {
  const connection = await RawConnection.open(endpoint);
  try {
    return await use(connection);
  } finally {
    connection.destroy();
  }
}
