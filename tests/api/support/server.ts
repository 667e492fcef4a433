// A Jedlik server as a child process. Used by the API tests and by the crash test, so it needs
// nothing but Node.js itself.
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const repositoryRoot = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../../..');

export const binaryPath = process.env.JEDLIK_BINARY
  ? path.resolve(process.env.JEDLIK_BINARY)
  : path.join(repositoryRoot, 'build/release/jedlik');

export interface Exit {
  code: number | null;
  signal: NodeJS.Signals | null;
  stdout: string;
  stderr: string;
}

/** A folder of its own under the system's temporary folder. The caller removes it. */
export function makeFolder(): Promise<string> {
  return mkdtemp(path.join(tmpdir(), 'jedlik-test-'));
}

export function removeFolder(folder: string): Promise<void> {
  return rm(folder, { recursive: true, force: true });
}

/**
 * Runs the binary to its end; for refused command lines, `--help` and the like. A server that
 * serves after all is killed: its exit then has a signal and no code.
 */
export function runToEnd(args: string[]): Promise<Exit> {
  const started = new ServerProcess(args);
  started.printed(/listens on/).then(
    () => started.child.kill('SIGKILL'),
    () => {},
  );
  return started.exited;
}

/** Children that still run. */
const running = new Set<ChildProcess>();

/** For afterAll: a test that fails half way must not leave a server behind. */
export function killLeftovers(): void {
  running.forEach((child) => child.kill('SIGKILL'));
}
process.on('exit', killLeftovers);

/** The binary, started with any arguments. */
export class ServerProcess {
  readonly child: ChildProcess;
  readonly exited: Promise<Exit>;
  stdout = '';
  stderr = '';

  constructor(args: string[], env: NodeJS.ProcessEnv = {}) {
    this.child = spawn(binaryPath, args, {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, ...env },
    });
    this.child.stdout!.setEncoding('utf8').on('data', (text) => (this.stdout += text));
    this.child.stderr!.setEncoding('utf8').on('data', (text) => (this.stderr += text));
    running.add(this.child);
    this.child.on('exit', () => running.delete(this.child));
    this.exited = new Promise((resolve, reject) => {
      this.child.on('error', reject);
      this.child.on('close', (code, signal) =>
        resolve({ code, signal, stdout: this.stdout, stderr: this.stderr }),
      );
    });
    // Whoever awaits `exited` sees the failure; a server that nobody awaits must not end the run.
    this.exited.catch(() => {});
  }

  /** Resolves as soon as anything was printed or logged, or the process has ended. */
  firstOutput(): Promise<void> {
    return new Promise((resolve) => {
      this.child.stdout!.once('data', () => resolve());
      this.child.stderr!.once('data', () => resolve());
      this.child.once('close', () => resolve());
    });
  }

  /** Resolves with the match as soon as what was printed on stdout matches. */
  printed(pattern: RegExp): Promise<RegExpMatchArray> {
    return new Promise((resolve, reject) => {
      const look = () => {
        const match = this.stdout.match(pattern);
        if (match) resolve(match);
      };
      this.child.stdout!.on('data', look);
      look();
      this.exited.then(
        (exit) =>
          reject(
            new Error(
              `${binaryPath} left (code ${exit.code}, signal ${exit.signal}) before it served:\n` +
                `${exit.stdout}${exit.stderr}`,
            ),
          ),
        reject,
      );
    });
  }
}

/** The command line of a server on a folder, on a free port unless `listen` says otherwise. */
export function serveArguments(folder: string, listen = '127.0.0.1:0'): string[] {
  return ['serve', '--data', folder, '--listen', listen];
}

export class Server {
  private constructor(
    private readonly process: ServerProcess,
    readonly endpoint: string,
  ) {}

  /** Starts a server on a folder and resolves once it says where it listens. */
  static start(options: { folder: string; listen?: string; args?: string[] }): Promise<Server> {
    const { folder, listen, args = [] } = options;
    return Server.launch([...serveArguments(folder, listen), ...args]);
  }

  /** Starts the binary with these arguments and resolves once it says where it listens. */
  static async launch(args: string[], env?: NodeJS.ProcessEnv): Promise<Server> {
    const started = new ServerProcess(args, env);
    const [, endpoint] = await started.printed(/Jedlik listens on (http:\/\/\S+:\d+)\s/);
    return new Server(started, endpoint);
  }

  get pid(): number {
    return this.process.child.pid!;
  }

  get port(): number {
    return Number(new URL(this.endpoint).port);
  }

  /** What the server has logged so far. */
  get log(): string {
    return this.process.stderr;
  }

  /** Resolves when the process has ended, for whatever reason. */
  get exited(): Promise<Exit> {
    return this.process.exited;
  }

  signal(name: NodeJS.Signals): void {
    this.process.child.kill(name);
  }

  /** Ends the server as an administrator would; throws unless it leaves with code 0. */
  async stop(name: NodeJS.Signals = 'SIGTERM'): Promise<Exit> {
    this.signal(name);
    const exit = await this.exited;
    if (exit.code !== 0) {
      throw new Error(
        `the server left with code ${exit.code}, signal ${exit.signal}:\n${exit.stderr}`,
      );
    }
    return exit;
  }

  /** Ends the server as a power cut would. */
  async kill(): Promise<Exit> {
    this.signal('SIGKILL');
    return this.exited;
  }
}
