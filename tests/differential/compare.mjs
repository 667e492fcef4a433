// Whether two servers have given the same answer.
import { reasonFor } from './known_differences.mjs';

const typeOf = (body) => String(body?.__type ?? '').replace(/^.*#/, '');
const messageOf = (body) => String(body?.message ?? body?.Message ?? '');

/** What does not depend on an order that nobody promises: sets, attributes, items of a Scan. */
function canonical(value) {
  if (Array.isArray(value)) return value.map(canonical);
  if (value === null || typeof value !== 'object') return value;
  const entries = Object.entries(value).map(([name, member]) => {
    const isSet = ['SS', 'NS', 'BS'].includes(name) && Array.isArray(member);
    return [name, isSet ? [...member].sort() : canonical(member)];
  });
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** One line: "200 {...}" or "400 Type: message". */
export function describe({ status, body }) {
  if (status === 200) return `200 ${JSON.stringify(canonical(body))}`;
  return `${status} ${typeOf(body)}: ${messageOf(body)}`;
}

/**
 * How a case went on one server and on another, each { answer, after }: nothing where they agree or
 * the difference is known, else { ours, theirs }.
 */
export function differenceOf(peer, test, ours, theirs) {
  for (const part of ['answer', 'after']) {
    const difference = { ours: describe(ours[part]), theirs: describe(theirs[part]) };
    if (difference.ours === difference.theirs) continue;
    const reason = reasonFor(peer, test, difference);
    return reason ? { reason } : difference;
  }
  return undefined;
}
