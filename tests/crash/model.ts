// What the server has promised so far, and the comparison of that with what it holds.
//
// A key has the state that was acknowledged last, and perhaps changes that were sent after that and
// not answered. After a crash it must be in the acknowledged state or in one that such a change
// makes of it; any other is a fault.
import { itemSize, type Item } from '../api/support/item_size.ts';
import { checkIndexes } from './indexes.ts';
import { canonical, checkWhole, shown, type State } from './items.ts';
import type { Description, Observed, TableSchema } from './schema.ts';

interface Entry {
  acknowledged: State;
  /** What changes without an answer would make of it, in the order in which they were sent. */
  unanswered: { state: State }[];
}

export class TableModel {
  private readonly entries = new Map<string, Entry>();
  readonly identity = new TableIdentity();

  /** The schema's indexes are those that must be there. */
  constructor(public schema: TableSchema) {}

  keyOf(item: Item): Item {
    return Object.fromEntries(this.schema.keys.map(({ name }) => [name, item[name]]));
  }

  current(key: Item): State {
    return this.entries.get(canonical(key))?.acknowledged;
  }

  /** Whether no change without an answer leaves open what the key holds. */
  isKnown(key: Item): boolean {
    return !this.entries.get(canonical(key))?.unanswered.length;
  }

  /**
   * A change that makes `state` of the key is about to be sent; a key's changes are sent one after
   * the other. Call the result once answered.
   */
  sent(key: Item, state: State): { applied(): void; refused(): void } {
    const id = canonical(key);
    const entry = this.entries.get(id) ?? { acknowledged: undefined, unanswered: [] };
    this.entries.set(id, entry);
    const change = { state };
    entry.unanswered.push(change);
    return {
      applied: () => {
        // Earlier ones came to nothing, or this one came after them.
        entry.unanswered.splice(0, entry.unanswered.indexOf(change) + 1);
        entry.acknowledged = state;
      },
      refused: () => entry.unanswered.splice(entry.unanswered.indexOf(change), 1),
    };
  }

  /** Everything that is wrong with what the server holds. Unanswered changes are settled by it. */
  check(observed: Observed): string[] {
    return [
      ...this.identity.check(observed),
      ...this.checkItems(observed.items).map((problem) => `${this.schema.name}: ${problem}`),
      ...observed.items.flatMap(checkWhole),
      ...checkIndexes(this.schema, observed),
    ];
  }

  private checkItems(items: Item[]): string[] {
    const problems: string[] = [];
    const found = new Map<string, Item>();
    for (const item of items) {
      const id = canonical(this.keyOf(item));
      if (found.has(id)) problems.push(`key ${id} came twice in one scan`);
      found.set(id, item);
      if (!this.entries.has(id)) problems.push(`key ${id} was never written`);
    }
    for (const [id, entry] of this.entries) {
      const actual = found.get(id);
      const allowed = [entry.acknowledged, ...entry.unanswered.map(({ state }) => state)];
      if (!allowed.some((state) => canonical(state) === canonical(actual))) {
        problems.push(
          `key ${id}: acknowledged ${shown(entry.acknowledged)}, found ${shown(actual)}, ` +
            `${entry.unanswered.length} changes without an answer`,
        );
      }
      entry.acknowledged = actual;
      entry.unanswered = [];
    }
    return problems;
  }
}

/** A table's own figures, and what must never change of it. */
export class TableIdentity {
  private first: string | undefined;

  /** Everything that is wrong with the description of a table which holds these items. */
  check({ description, items }: Observed): string[] {
    const problems: string[] = [];
    const { TableStatus: status, ItemCount: count, TableSizeBytes: size } = description;
    if (status !== 'ACTIVE') problems.push(`is ${status}`);
    const bytes = items.reduce((total, item) => total + itemSize(item), 0);
    if (count !== items.length) {
      problems.push(`ItemCount is ${count}, a scan finds ${items.length}`);
    }
    if (size !== bytes) problems.push(`TableSizeBytes is ${size}, a scan adds up ${bytes}`);
    problems.push(...this.checkSame(description));
    return problems.map((problem) => `${description.TableName}: ${problem}`);
  }

  /** Compares with the first description that was seen. */
  checkSame({ TableId, TableArn, CreationDateTime }: Description): string[] {
    const now = JSON.stringify({ TableId, TableArn, CreationDateTime });
    this.first ??= now;
    return now === this.first ? [] : [`was ${this.first}, is now ${now}`];
  }
}
