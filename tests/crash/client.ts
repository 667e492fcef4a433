// The requests of the crash test: an answer, a refusal that was expected, or no answer at all.
import { callAt, type Answer, type Json } from '../api/support/call.ts';
import type { Item } from '../api/support/item_size.ts';
import { describedIndexes, type Description, type Observed } from './schema.ts';

/** How long a table may take to settle. */
const patienceMs = 120_000;

/** The connection broke: whether the request was carried out is not known. */
export class Unanswered extends Error {}

/** Calls an operation. Throws Unanswered when no whole answer came. */
export async function request(endpoint: string, operation: string, body: Json): Promise<Answer> {
  try {
    return await callAt(endpoint, operation, body);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === 'ECONNRESET' || code === 'ECONNREFUSED' || code === 'EPIPE') {
      throw new Unanswered(code);
    }
    throw error;
  }
}

/** Calls an operation that must succeed. */
export async function must(endpoint: string, operation: string, body: Json): Promise<Json> {
  const answer = await request(endpoint, operation, body);
  if (answer.status !== 200) throw new Error(`${operation}: ${answer.status} ${answer.text}`);
  return answer.body;
}

export function errorName(answer: Answer): string {
  return String(answer.body?.__type).split('#')[1];
}

export async function tableNames(endpoint: string): Promise<string[]> {
  const names: string[] = [];
  let from: string | undefined;
  do {
    const page = await must(endpoint, 'ListTables', { ExclusiveStartTableName: from });
    names.push(...page.TableNames);
    from = page.LastEvaluatedTableName;
  } while (from);
  return names;
}

/** The table's description, or undefined where there is no such table. */
export async function describeTable(
  endpoint: string,
  name: string,
): Promise<Description | undefined> {
  const answer = await request(endpoint, 'DescribeTable', { TableName: name });
  if (answer.status === 200) return answer.body.Table;
  if (errorName(answer) === 'ResourceNotFoundException') return undefined;
  throw new Error(`DescribeTable: ${answer.status} ${answer.text}`);
}

/** Whether nothing of the table is under way: it is ACTIVE, and so are its indexes. */
function isSettled({ TableStatus: status, GlobalSecondaryIndexes: indexes = [] }: Description) {
  return status === 'ACTIVE' && indexes.every(({ IndexStatus: status }) => status === 'ACTIVE');
}

/** Asks until the table is settled, with all of its indexes, or gone. */
export async function settled(endpoint: string, name: string): Promise<Description | undefined> {
  const last = Date.now() + patienceMs;
  for (;;) {
    const description = await describeTable(endpoint, name);
    if (!description || isSettled(description)) return description;
    if (Date.now() > last) throw new Error(`does not settle: ${JSON.stringify(description)}`);
  }
}

async function scan(endpoint: string, request: Json): Promise<Item[]> {
  const items: Item[] = [];
  let from: Json;
  do {
    const page = await must(endpoint, 'Scan', { ...request, ExclusiveStartKey: from });
    items.push(...page.Items);
    from = page.LastEvaluatedKey;
  } while (from);
  return items;
}

/** The table's description, all its items and all rows of its indexes. No write may be under way. */
export async function observe(endpoint: string, name: string): Promise<Observed> {
  const items = await scan(endpoint, { TableName: name, ConsistentRead: true });
  const description = await describeTable(endpoint, name);
  if (!description) throw new Error(`table ${name} is gone`);
  const rows = new Map<string, Item[]>();
  for (const { IndexName: index, IndexStatus: status } of describedIndexes(description)) {
    if (status !== undefined && status !== 'ACTIVE') continue;
    const ConsistentRead = status === undefined; // local ones alone can
    rows.set(index, await scan(endpoint, { TableName: name, IndexName: index, ConsistentRead }));
  }
  return { description, items, rows };
}
