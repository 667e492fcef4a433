// What a stream must tell of a table: of every acknowledged write once, in the order of its item's
// writes, of a write without an answer at most once, and of nothing else.
import type { Item } from '../api/support/item_size.ts';
import { StreamCopy } from '../api/support/stream_copy.ts';
import type { StreamRecord } from '../api/support/stream_follower.ts';
import { canonical, shown, type State } from './items.ts';
import { TableModel } from './model.ts';

/** Of a sequence number: those that tell the shard (docs/streams.md). */
const partitionDigits = 10;

type Outcome = 'acknowledged' | 'refused' | 'unanswered';

interface Change {
  state: State;
  outcome: Outcome;
}

/** The writes to one item that the stream has not told of yet, in the order of their sending. */
interface Entry {
  current: State;
  pending: Change[];
}

export class StreamHistory {
  private readonly entries = new Map<string, Entry>();
  private problems: string[] = [];

  sent(key: Item, state: State): { applied(): void; refused(): void } {
    const change: Change = { state, outcome: 'unanswered' };
    this.entryOf(key).pending.push(change);
    return {
      applied: () => (change.outcome = 'acknowledged'),
      refused: () => (change.outcome = 'refused'),
    };
  }

  /** The next records. They may tell of writes whose answers are still to come. */
  add(records: StreamRecord[]): void {
    for (const { dynamodb } of records) this.tell(dynamodb.Keys, dynamodb.NewImage);
  }

  /** Everything that was wrong. No write may be under way, and all records must have been added. */
  check(): string[] {
    for (const [id, entry] of this.entries) {
      for (const change of entry.pending.splice(0)) this.pass(id, entry, change);
    }
    return this.problems.splice(0);
  }

  private entryOf(key: Item): Entry {
    const id = canonical(key);
    const entry = this.entries.get(id) ?? { current: undefined, pending: [] };
    this.entries.set(id, entry);
    return entry;
  }

  private tell(key: Item, state: State): void {
    const id = canonical(key);
    const entry = this.entryOf(key);
    const told = canonical(state);
    for (;;) {
      const change = entry.pending.shift();
      if (!change) {
        this.problems.push(`${id}: told of ${shown(state)}, which was not to come`);
        break;
      }
      const changes = canonical(change.state) !== canonical(entry.current);
      if (changes && canonical(change.state) === told) {
        // Whether it was refused is known only where its answer has come before the record.
        if (change.outcome === 'refused')
          this.problems.push(`${id}: told of ${shown(state)}, which was refused`);
        break;
      }
      this.pass(id, entry, change);
    }
    entry.current = state;
  }

  /** The stream does not tell of a change. */
  private pass(id: string, entry: Entry, { state, outcome }: Change): void {
    if (outcome !== 'acknowledged' || canonical(state) === canonical(entry.current)) return;
    this.problems.push(`${id}: not told of ${shown(state)}, which was acknowledged`);
  }
}

/** A table with a stream of NEW_AND_OLD_IMAGES, which has been there from the beginning. */
export class StreamedModel extends TableModel {
  private readonly history = new StreamHistory();
  private readonly copy = new StreamCopy(this.schema.keys.map(({ name }) => name));
  /** Of all records, to be compared with what a later reader finds. */
  private readonly seen: string[] = [];

  override sent(key: Item, state: State): { applied(): void; refused(): void } {
    const [own, told] = [super.sent(key, state), this.history.sent(key, state)];
    return {
      applied: () => [own, told].forEach((change) => change.applied()),
      refused: () => [own, told].forEach((change) => change.refused()),
    };
  }

  /** The next records of the stream. */
  add(records: StreamRecord[]): void {
    this.copy.add(records);
    this.history.add(records);
    this.seen.push(...records.map(digest));
  }

  get recordsSeen(): number {
    return this.seen.length;
  }

  /** Everything that is wrong with the stream, all of whose records have been added. */
  checkStream(items: Item[]): string[] {
    const problems = [...this.copy.problems.splice(0), ...this.history.check()];
    return [...problems, ...this.copy.compare(items)].map(
      (problem) => `stream of ${this.schema.name}: ${problem}`,
    );
  }

  /**
   * Whether a reader from the beginning finds what was seen, all of it and nothing else, in the order
   * of each shard.
   */
  checkAgain(records: StreamRecord[]): string[] {
    const found = byShard(records.map(digest));
    const seen = byShard(this.seen);
    const place = seen.findIndex((each, n) => each !== found[n]);
    if (place < 0 && found.length === seen.length) return [];
    return [
      `stream of ${this.schema.name}: ${seen.length} records were seen, ${found.length} are ` +
        `found, and they differ from record ${place < 0 ? seen.length : place} on`,
    ];
  }
}

/** The records of one shard after those of another, in the order in which they came. */
function byShard(digests: string[]): string[] {
  const shard = (record: string) => record.slice(0, partitionDigits);
  return [...digests].sort((a, b) => shard(a).localeCompare(shard(b)));
}

/** Begins with the sequence number. */
function digest({ eventID, eventName, dynamodb }: StreamRecord): string {
  const { SequenceNumber: number, SizeBytes: size, NewImage: image } = dynamodb;
  const stamp = image && canonical(image.sum);
  return [number, eventID, eventName, size, stamp].join();
}
