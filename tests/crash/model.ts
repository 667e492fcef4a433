// What the server has promised so far, and the comparison of that with what it holds.
//
// A key has the state that was acknowledged last, and perhaps changes that were sent after that and
// not answered. After a crash it must be in the acknowledged state or in one that such a change
// makes of it; any other is a fault.
import { itemSize, type AttributeValue, type Item } from '../api/support/item_size.ts';

/** An item, or undefined where there is none. */
export type State = Item | undefined;

interface Entry {
  acknowledged: State;
  /** What changes without an answer would make of it. */
  unanswered: State[];
}

export interface TableSchema {
  name: string;
  keys: { name: string; type: 'S' | 'N' | 'B' }[];
}

export interface Description {
  TableName: string;
  TableId: string;
  TableArn: string;
  TableStatus: string;
  CreationDateTime: number;
  ItemCount: number;
  TableSizeBytes: number;
}

/** One table as a client sees it: its description and a whole consistent scan. */
export interface Observed {
  description: Description;
  items: Item[];
}

/** Text that two items share only if they are equal, whatever the order of their attributes. */
export function canonical(value: State | AttributeValue): string {
  return JSON.stringify(value, (_name, inner) =>
    inner && typeof inner === 'object' && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
}

export class TableModel {
  private readonly entries = new Map<string, Entry>();
  readonly identity = new TableIdentity();

  constructor(readonly schema: TableSchema) {}

  keyOf(item: Item): Item {
    return Object.fromEntries(this.schema.keys.map(({ name }) => [name, item[name]]));
  }

  current(key: Item): State {
    return this.entries.get(canonical(key))?.acknowledged;
  }

  /** A change that makes `state` of the key is about to be sent. Call the result once answered. */
  sent(key: Item, state: State): { applied(): void; refused(): void } {
    const id = canonical(key);
    const entry = this.entries.get(id) ?? { acknowledged: undefined, unanswered: [] };
    this.entries.set(id, entry);
    entry.unanswered.push(state);
    const drop = () => entry.unanswered.splice(entry.unanswered.indexOf(state), 1);
    return {
      applied: () => {
        drop();
        entry.acknowledged = state;
      },
      refused: drop,
    };
  }

  /** Everything that is wrong with what the server holds. Unanswered changes are settled by it. */
  check(observed: Observed): string[] {
    return [
      ...this.identity.check(observed),
      ...this.checkItems(observed.items).map((problem) => `${this.schema.name}: ${problem}`),
      ...observed.items.flatMap(checkWhole),
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
      const allowed = [entry.acknowledged, ...entry.unanswered];
      if (!allowed.some((state) => canonical(state) === canonical(actual))) {
        problems.push(
          `key ${id}: acknowledged ${describe(entry.acknowledged)}, found ${describe(actual)}, ` +
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

function describe(state: State): string {
  if (!state) return 'nothing';
  const text = canonical(state);
  return text.length <= 200 ? text : `${text.slice(0, 200)}... (${text.length} characters)`;
}

/** FNV-1a over the item without its checksum. */
export function checksum(item: Item): string {
  const { sum: _sum, ...rest } = item;
  let hash = 0x811c9dc5;
  for (const byte of Buffer.from(canonical(rest))) hash = Math.imul(hash ^ byte, 0x01000193);
  return (hash >>> 0).toString(16);
}

/** The item with its two agreeing attributes and its checksum. */
export function sealed(item: Item, stamp: string): Item {
  const stamped: Item = { ...item, left: { S: stamp }, right: { S: stamp } };
  return { ...stamped, sum: { S: checksum(stamped) } };
}

/** An item that was written in one piece agrees with itself. */
export function checkWhole(item: Item): string[] {
  const problems: string[] = [];
  if (canonical(item.left) !== canonical(item.right)) {
    problems.push(`half an item: left and right differ in ${describe(item)}`);
  }
  if (!item.sum || !('S' in item.sum) || item.sum.S !== checksum(item)) {
    problems.push(`the checksum is wrong in ${describe(item)}`);
  }
  return problems;
}
