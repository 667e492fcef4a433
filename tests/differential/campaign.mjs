// Sends cases to Jedlik and to peers, and gathers the differences by their kinds.
import { differenceOf } from './compare.mjs';
import { Generator } from './generate.mjs';
import { Random } from './random.mjs';
import { NoCase, prepare, run } from './run.mjs';
import { caseFor, startPeer } from './servers.mjs';
import { shrink } from './shrink.mjs';

/** A server that is started again when a request has ended it. */
class Server {
  #server;

  constructor(name) {
    this.name = name;
  }

  /** As `run`; nothing where the server refuses what is there before the request. */
  async run(test) {
    if (!this.#server?.isRunning()) {
      this.#server = await startPeer(this.name);
      await prepare(this.#server);
    }
    try {
      return await run(this.#server, test);
    } catch (error) {
      if (error instanceof NoCase) return undefined;
      this.#server.stop();
      await this.#server.ended;
      return { answer: { status: 0, body: { __type: 'NoAnswer' } }, after: [] };
    }
  }

  stop() {
    this.#server?.stop();
  }
}

/** The places where two values differ, without what is counted. */
function* places(ours, theirs, path = '') {
  if (JSON.stringify(ours) === JSON.stringify(theirs)) return;
  if (!ours || !theirs || typeof ours !== 'object' || typeof theirs !== 'object') {
    const kind = (value) => (value === undefined ? 'none' : typeof value);
    yield `${path.replace(/\.\d+/g, '')} ${kind(ours)} ${kind(theirs)}`;
    return;
  }
  for (const name of new Set([...Object.keys(ours), ...Object.keys(theirs)]))
    yield* places(ours[name], theirs[name], `${path}.${name}`);
}

/** Two differences are of one kind when they read alike but for what is quoted or counted. */
export function kindOf({ ours, theirs }) {
  if (ours.startsWith('200') && theirs.startsWith('200')) {
    const [our, their] = [ours, theirs].map((text) => JSON.parse(text.slice(4)));
    return [...new Set(places(our, their))].sort().join(', ');
  }
  return [ours, theirs]
    .map((text) => text.replace(/\{.*|\[.*?\]|\d+|:\w+|\b(operator|type): \S+/g, ''))
    .join(' | ');
}

export class Campaign {
  #ours = new Server('jedlik');
  #peers;
  /**
   * peer name: { cases, refused, differing, reasons: Map of reason to count, kinds }; `kinds` is a Map
   * of the kind of an unknown difference to { count, test, difference }.
   */
  results;

  constructor(peerNames) {
    this.#peers = peerNames.map((name) => new Server(name));
    const none = () => ({
      ...{ cases: 0, refused: 0, differing: 0 },
      ...{ reasons: new Map(), kinds: new Map() },
    });
    this.results = Object.fromEntries(peerNames.map((name) => [name, none()]));
  }

  async runSeed(seed, count, onCase = () => {}) {
    const generator = new Generator(new Random(seed));
    for (let i = 0; i < count; ++i) {
      await this.runCase(generator.next());
      onCase(i + 1);
    }
  }

  async runCase(test) {
    const cases = this.#peers.map(({ name }) => caseFor(name, test));
    // Jedlik is asked again where a peer gets another case.
    for (const each of new Set(cases.filter(Boolean))) {
      const peers = this.#peers.filter((_peer, i) => cases[i] === each);
      await this.#runOn(peers, each);
    }
  }

  async #runOn(peers, test) {
    const [ours, ...theirs] = await Promise.all(
      [this.#ours, ...peers].map((server) => server.run(test)),
    );
    if (!ours) throw new Error(`Jedlik refuses to begin with ${JSON.stringify(test.before)}`);
    peers.forEach(({ name }, i) => this.#count(name, test, ours, theirs[i]));
  }

  #count(name, test, ours, theirs) {
    const result = this.results[name];
    if (!theirs) {
      ++result.refused;
      return;
    }
    ++result.cases;
    const difference = differenceOf(name, test, ours, theirs);
    if (!difference) return;
    ++result.differing;
    for (const reason of difference.reasons)
      result.reasons.set(reason, (result.reasons.get(reason) ?? 0) + 1);
    if (difference.reasons.length > 0) return;
    const kind = kindOf(difference);
    const found = result.kinds.get(kind) ?? { count: 0, test, difference };
    result.kinds.set(kind, { ...found, count: found.count + 1 });
  }

  /** The most frequent unknown kinds of a peer, as text, each in a small case. */
  async *unknown(peerName, most) {
    const kinds = [...this.results[peerName].kinds];
    for (const [kind, { count, test, difference }] of kinds
      .toSorted(([, a], [, b]) => b.count - a.count)
      .slice(0, most)) {
      const peer = this.#peers.find(({ name }) => name === peerName);
      let last = difference;
      const small = await shrink(test, async (candidate) => {
        const found = await this.#differenceOf(peer, candidate);
        if (!found?.ours || kindOf(found) !== kind) return false;
        last = found;
        return true;
      });
      const shown = [
        `${count} times, for example ${small.operation} ${JSON.stringify(small.request)}`,
        `  on ${JSON.stringify(small.before)}`,
        `  jedlik: ${last.ours}`,
        `  ${peerName}: ${last.theirs}`,
      ];
      yield shown.join('\n');
    }
  }

  async #differenceOf(peer, test) {
    const [ours, theirs] = await Promise.all([this.#ours.run(test), peer.run(test)]);
    return ours && theirs && differenceOf(peer.name, test, ours, theirs);
  }

  stop() {
    for (const server of [this.#ours, ...this.#peers]) server.stop();
  }
}
