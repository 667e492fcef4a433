// A table with a local and a global index, and statements on it.
import { expect } from 'vitest';
import type { Json } from '../support/call.ts';
import { call, expectError, makeTable, ok } from '../support/service.ts';

/** Songs by artist and title, by artist and year (local), by genre and year (global, keys only). */
export async function makeMusic(hint: string): Promise<string> {
  const key = (...names: string[]) =>
    names.map((name, index) => ({
      AttributeName: name,
      KeyType: index === 0 ? ('HASH' as const) : ('RANGE' as const),
    }));
  return makeTable('artist:S title:S', hint, {
    AttributeDefinitions: [
      { AttributeName: 'artist', AttributeType: 'S' },
      { AttributeName: 'title', AttributeType: 'S' },
      { AttributeName: 'year', AttributeType: 'N' },
      { AttributeName: 'genre', AttributeType: 'S' },
    ],
    LocalSecondaryIndexes: [
      {
        IndexName: 'by.year',
        KeySchema: key('artist', 'year'),
        Projection: { ProjectionType: 'KEYS_ONLY' },
      },
    ],
    GlobalSecondaryIndexes: [
      {
        IndexName: 'by.genre',
        KeySchema: key('genre', 'year'),
        Projection: { ProjectionType: 'KEYS_ONLY' },
      },
    ],
  });
}

/** Runs a statement, in which @ stands for the table, that must succeed. */
export function run(table: string, statement: string, more: object = {}): Promise<Json> {
  return ok('ExecuteStatement', { Statement: statement.replaceAll('@', `"${table}"`), ...more });
}

export async function items(table: string, statement: string, more: object = {}): Promise<Json[]> {
  return (await run(table, statement, more)).Items;
}

/** All pages of a SELECT; how many items each had. */
export async function allPages(
  table: string,
  statement: string,
  more: object = {},
): Promise<{ items: Json[]; sizes: number[] }> {
  const found: Json[] = [];
  const sizes: number[] = [];
  let token: string | undefined;
  do {
    const page = await run(table, statement, { ...more, ...(token && { NextToken: token }) });
    expect(page.LastEvaluatedKey !== undefined).toBe(page.NextToken !== undefined);
    found.push(...page.Items);
    sizes.push(page.Items.length);
    token = page.NextToken;
    expect(sizes.length).toBeLessThan(1000);
  } while (token);
  return { items: found, sizes };
}

export async function refused(
  table: string,
  statement: string,
  error: string,
  message?: string | RegExp,
  more: object = {},
): Promise<Json> {
  const answer = await call('ExecuteStatement', {
    Statement: statement.replaceAll('@', `"${table}"`),
    ...more,
  });
  expectError(answer, error, message);
  return answer.body;
}
