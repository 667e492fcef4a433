// The requests of the crash test: an answer, a refusal that was expected, or no answer at all.
import { callAt, type Answer, type Json } from '../api/support/call.ts';
import type { Item } from '../api/support/item_size.ts';
import type { Description, Observed, TableSchema } from './model.ts';

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

/** Asks until the table is settled: ACTIVE, or gone. */
export async function settled(endpoint: string, name: string): Promise<Description | undefined> {
  for (let round = 0; round < 10_000; ++round) {
    const description = await describeTable(endpoint, name);
    if (!description || description.TableStatus === 'ACTIVE') return description;
  }
  throw new Error(`table ${name} does not settle`);
}

/** The table's description and all its items. No write may be under way. */
export async function observe(endpoint: string, name: string): Promise<Observed> {
  const items: Item[] = [];
  let from: Json;
  do {
    const page = await must(endpoint, 'Scan', {
      TableName: name,
      ConsistentRead: true,
      ExclusiveStartKey: from,
    });
    items.push(...page.Items);
    from = page.LastEvaluatedKey;
  } while (from);
  const description = await describeTable(endpoint, name);
  if (!description) throw new Error(`table ${name} is gone`);
  return { description, items };
}

export function createRequest({ name, keys }: TableSchema): Json {
  return {
    TableName: name,
    AttributeDefinitions: keys.map((key) => ({ AttributeName: key.name, AttributeType: key.type })),
    KeySchema: keys.map((key, index) => ({
      AttributeName: key.name,
      KeyType: index === 0 ? 'HASH' : 'RANGE',
    })),
    BillingMode: 'PAY_PER_REQUEST',
  };
}
