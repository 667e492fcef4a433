// The servers of one comparison: each is started, and filled, when it is first wanted.
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { callOperation, freePort } from '../../scripts/local_servers.mjs';
import { requests } from '../request_mix.mjs';
import { tables, wrkRequests } from './data.mjs';
import { nginxConfig } from './nginx.mjs';
import { work } from './places.mjs';
import { start, stop } from './servers.mjs';

export class World {
  // Promises by what they give: what has failed once fails again, with the same error.
  #started = new Map();
  #filled = new Map();
  #bodies = new Map();

  constructor() {
    rmSync(work, { recursive: true, force: true });
    mkdirSync(work, { recursive: true });
    process.on('exit', () => rmSync(work, { recursive: true, force: true }));
  }

  server(id) {
    return once(this.#started, id, () => this.#start(id));
  }

  async #start(id) {
    const port = await freePort();
    if (id !== 'nginx') return start(id, port);
    await this.fill('ephemeral', 'customers');
    const answer = await this.call('ephemeral', 'GetItem', requests.GetItem(1));
    const tablePort = await freePort();
    writeFileSync(path.join(work, `nginx-${port}.conf`), nginxConfig(port, tablePort, answer));
    return { ...(await start(id, port)), tablePort };
  }

  /** Gives the text of the answer. */
  async call(id, operation, request) {
    const { port } = await this.server(id);
    const { status, text } = await callOperation(port, operation, request);
    if (status !== 200) throw new Error(`${operation}: ${status} ${text}`);
    return text;
  }

  /** Makes a table of data.mjs. */
  fill(id, table) {
    return once(this.#filled, `${id} ${table}`, () =>
      tables[table]((...request) => this.call(id, ...request)),
    );
  }

  /** The file of the bodies that wrk sends for a request of data.mjs, a line each. */
  bodiesFile(id, name) {
    return once(this.#bodies, `${id} ${name}`, async () => {
      const bodies = await wrkRequests[name].bodies((...request) => this.call(id, ...request));
      const file = path.join(work, `bodies-${id}-${name.replaceAll(' ', '-')}`);
      writeFileSync(file, bodies.map((body) => `${JSON.stringify(body)}\n`).join(''));
      return file;
    });
  }

  /** Ends a server; when it is wanted again it is started anew, with its data. */
  async end(id) {
    const server = await this.server(id);
    this.#started.delete(id);
    await stop(server);
  }

  async endAll() {
    const all = await Promise.allSettled(this.#started.values());
    await Promise.all(all.filter(({ value }) => value).map(({ value }) => stop(value)));
  }
}

function once(promises, key, make) {
  if (!promises.has(key)) promises.set(key, make());
  return promises.get(key);
}
