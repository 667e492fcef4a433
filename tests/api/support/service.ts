// The shared server as a test sees it: raw calls, the SDK's two clients, tables with names of
// their own, and tables of cases.
import {
  DynamoDBClient,
  type DynamoDBClientConfig,
  type CreateTableCommandInput,
} from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { expect, inject, test } from 'vitest';
import { callAt, type Answer, type Json } from './call.ts';

export const endpoint = inject('endpoint');

export function newClient(config: DynamoDBClientConfig = {}): DynamoDBClient {
  return new DynamoDBClient({
    endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    // A server that needs a second attempt is a server with a fault.
    maxAttempts: 1,
    ...config,
  });
}

export const client = newClient();
export const documents = DynamoDBDocumentClient.from(client);

export function call(operation: string, request: Json = {}): Promise<Answer> {
  return callAt(endpoint, operation, request);
}

/** Calls an operation that must succeed and gives its answer. */
export async function ok(operation: string, request: Json = {}): Promise<Json> {
  const answer = await call(operation, request);
  expect(answer.status, answer.text).toBe(200);
  return answer.body;
}

const validation = 'com.amazon.coral.validate#';
const coral = 'com.amazon.coral.service#';
const dynamodb = 'com.amazonaws.dynamodb.v20120810#';

/** The namespace in which the service reports an error, by the error's short name. */
const namespaces: Record<string, string> = {
  ValidationException: validation,
  SerializationException: coral,
  UnknownOperationException: coral,
  MissingAuthenticationTokenException: coral,
  IncompleteSignatureException: coral,
  ThrottlingException: 'com.amazon.coral.availability#',
};

export function errorType(name: string): string {
  return (namespaces[name] ?? dynamodb) + name;
}

/** Asserts that an answer is the named error; a message is compared whole, or by a pattern. */
export function expectError(answer: Answer, name: string, message?: string | RegExp): void {
  expect(answer.status, answer.text).toBe(400);
  expect(answer.body?.__type, answer.text).toBe(errorType(name));
  const said = answer.body.message ?? answer.body.Message;
  if (message instanceof RegExp) expect(said).toMatch(message);
  else if (message !== undefined) expect(said).toBe(message);
}

export interface RefusedCase {
  /** The rule that the case holds. */
  name: string;
  request: Json | (() => Json);
  error: string;
  message?: string | RegExp;
}

/** One test a case: the operation refuses the request with this error. */
export function refuses(operation: string, cases: RefusedCase[]): void {
  test.each(cases)('$name', async ({ request, error, message }) => {
    const given = typeof request === 'function' ? request() : request;
    expectError(await call(operation, given), error, message);
  });
}

let tablesMade = 0;

/** A table name that no other test uses. */
export function uniqueName(hint: string): string {
  tablesMade += 1;
  return `${hint}-${process.pid}-${tablesMade}-${Math.random().toString(36).slice(2, 8)}`;
}

type Key = { name: string; type: 'S' | 'N' | 'B' };

/** "id:S" or "id:S date:N" as key attributes. */
function parseKeys(keys: string): Key[] {
  return keys.split(' ').map((key) => {
    const [name, type] = key.split(':');
    return { name, type: type as Key['type'] };
  });
}

export function tableRequest(
  name: string,
  keys: string,
  extra: Partial<CreateTableCommandInput> = {},
): CreateTableCommandInput {
  const parsed = parseKeys(keys);
  return {
    TableName: name,
    AttributeDefinitions: parsed.map((key) => ({
      AttributeName: key.name,
      AttributeType: key.type,
    })),
    KeySchema: parsed.map((key, index) => ({
      AttributeName: key.name,
      KeyType: index === 0 ? ('HASH' as const) : ('RANGE' as const),
    })),
    BillingMode: 'PAY_PER_REQUEST',
    ...extra,
  };
}

/** Asks until the table is in the wanted state; each round is a request, none waits for time. */
export async function untilStatus(name: string, status: string | 'GONE'): Promise<Json> {
  for (let round = 0; round < 5000; ++round) {
    const answer = await call('DescribeTable', { TableName: name });
    if (answer.status === 400 && status === 'GONE') {
      expectError(answer, 'ResourceNotFoundException');
      return undefined;
    }
    expect(answer.status, answer.text).toBe(200);
    if (answer.body.Table.TableStatus === status) return answer.body.Table;
  }
  throw new Error(`table ${name} did not become ${status}`);
}

/** Creates a table, waits until it is ACTIVE and gives its name. Dropped after the file's tests. */
export async function makeTable(
  keys: string,
  hint = 't',
  extra: Partial<CreateTableCommandInput> = {},
): Promise<string> {
  const name = uniqueName(hint);
  await ok('CreateTable', tableRequest(name, keys, extra));
  await untilStatus(name, 'ACTIVE');
  return name;
}

/**
 * A message that the service gives with "1 validation error detected: " before it in some of its
 * operations and versions, and without in others.
 */
export function detected(message: string): RegExp {
  const literal = message.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  return new RegExp(`^(1 validation error detected: )?${literal}$`);
}

/** The standard sentence for one member that breaks one constraint. */
export function constraint(path: string, value: string, rule: string): string {
  return `1 validation error detected: Value ${value} at '${path}' failed to satisfy constraint: ${rule}`;
}
