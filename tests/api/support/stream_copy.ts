// A copy of a table that is made of nothing but its stream, of NEW_AND_OLD_IMAGES. Each record is
// checked against what the copy holds: it tells of a change of just that. Needs nothing but Node.js
// itself; the crash test uses it too.
import type { Item } from './item_size.ts';
import type { StreamRecord } from './stream_follower.ts';

/** Text that two items share only if they are equal, whatever the order of their attributes. */
function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join()}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'nothing';
  const members = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${members.map(([name, inner]) => `"${name}":${canonical(inner)}`).join()}}`;
}

const shown = (text: string) => (text.length <= 200 ? text : `${text.slice(0, 200)}...`);

export class StreamCopy {
  /** Canonical items by canonical keys. */
  private readonly items = new Map<string, string>();
  private readonly ids = new Set<string>();
  /** Of the last record of each key. */
  private readonly numbers = new Map<string, bigint>();
  /** Everything that was wrong with the records. */
  readonly problems: string[] = [];

  /** `items`: what the table held when the stream began. */
  constructor(
    private readonly keyNames: string[],
    items: Item[] = [],
  ) {
    for (const item of items) this.items.set(this.keyOf(item), canonical(item));
  }

  add(records: StreamRecord[]): void {
    for (const record of records) {
      const problem = this.apply(record);
      if (problem) this.problems.push(`record ${record.dynamodb.SequenceNumber}: ${problem}`);
    }
  }

  /** What differs between the copy and the items of the table. */
  compare(items: Item[]): string[] {
    const problems: string[] = [];
    const found = new Map(items.map((item) => [this.keyOf(item), canonical(item)]));
    for (const key of new Set([...found.keys(), ...this.items.keys()])) {
      const [actual, copied] = [found.get(key), this.items.get(key)];
      if (actual === copied) continue;
      problems.push(
        `${key}: the stream makes ${shown(copied ?? 'nothing')}, the table holds ${shown(actual ?? 'nothing')}`,
      );
    }
    return problems;
  }

  private keyOf(item: Item): string {
    return canonical(Object.fromEntries(this.keyNames.map((name) => [name, item[name]])));
  }

  private apply({ eventID, eventName, dynamodb }: StreamRecord): string | undefined {
    const { Keys, NewImage, OldImage } = dynamodb;
    const key = canonical(Keys);
    const number = BigInt(dynamodb.SequenceNumber);
    const before = this.items.get(key);
    const [from, to] = [OldImage && canonical(OldImage), NewImage && canonical(NewImage)];
    if (this.ids.has(eventID)) return `comes twice: ${eventID}`;
    this.ids.add(eventID);
    const last = this.numbers.get(key);
    this.numbers.set(key, number);
    if (to) this.items.set(key, to);
    else this.items.delete(key);

    if (last !== undefined && number <= last) return `comes after ${last}`;
    const name = !from ? 'INSERT' : to ? 'MODIFY' : 'REMOVE';
    if (eventName !== name) return `is told as ${eventName}, not ${name}`;
    if (from === to) return `changes nothing: ${shown(key)}`;
    if ([OldImage, NewImage].some((image) => image && this.keyOf(image) !== key))
      return `is of another item than ${shown(key)}`;
    if (from !== before)
      return `${shown(key)}: changes ${shown(from ?? 'nothing')}, but there was ${shown(before ?? 'nothing')}`;
    return undefined;
  }
}

/**
 * What is wrong with all records of a stream that began when items were there already: what each of
 * them was then is the first old image of it.
 */
export function checkWithoutItems(keyNames: string[], records: StreamRecord[]): string[] {
  const first = new Map<string, Item | undefined>();
  for (const { dynamodb } of records) {
    const key = canonical(dynamodb.Keys);
    if (!first.has(key)) first.set(key, dynamodb.OldImage);
  }
  const copy = new StreamCopy(
    keyNames,
    [...first.values()].filter((item) => item !== undefined),
  );
  copy.add(records);
  return copy.problems;
}
