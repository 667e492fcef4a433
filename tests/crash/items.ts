// The items of this test: each shows by itself whether it was written in one piece.
import type { Item } from '../api/support/item_size.ts';

/** An item, or undefined where there is none. */
export type State = Item | undefined;

/** Text that two items share only if they are equal, whatever the order of their attributes. */
export function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join()}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'nothing';
  const members = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${members.map(([name, inner]) => `"${name}":${canonical(inner)}`).join()}}`;
}

/** For messages: an item in at most some 200 characters. */
export function shown(state: State): string {
  return state ? shortened(canonical(state)) : 'nothing';
}

export function shortened(text: string): string {
  return text.length <= 200 ? text : `${text.slice(0, 200)}... (${text.length} characters)`;
}

/** FNV-1a over the item without its checksum. */
export function checksum(item: Item): string {
  const { sum: _sum, ...rest } = item;
  let hash = 0x811c9dc5;
  const bytes = Buffer.from(canonical(rest));
  // Not for...of, which takes many times as long.
  for (let n = 0; n < bytes.length; ++n) hash = Math.imul(hash ^ bytes[n], 0x01000193);
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
    problems.push(`half an item: left and right differ in ${shown(item)}`);
  }
  if (!item.sum || !('S' in item.sum) || item.sum.S !== checksum(item)) {
    problems.push(`the checksum is wrong in ${shown(item)}`);
  }
  return problems;
}
