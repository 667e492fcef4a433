import { ListTablesCommand, paginateListTables } from '@aws-sdk/client-dynamodb';
import { beforeAll, describe, expect, test } from 'vitest';
import { client, makeTable, newClient, ok, refuses } from '../support/service.ts';

// Other files create tables on the same server at the same time. These names come after theirs.
const prefix = `zz-list-${Math.random().toString(36).slice(2, 8)}`;

describe('ListTables', () => {
  const names: string[] = [];
  beforeAll(async () => {
    const made = [3, 1, 4, 2, 5].map((index) => makeTable('id:S', `${prefix}-${index}`));
    names.push(...(await Promise.all(made)));
    names.sort();
  });

  const page = async (from: string, limit?: number) =>
    ok('ListTables', { ExclusiveStartTableName: from, Limit: limit });

  test('names come in order, after the one given', async () => {
    expect((await page(prefix)).TableNames).toEqual(names);
    expect((await page(names[2])).TableNames).toEqual(names.slice(3));
    expect(await page(names[4])).toEqual({ TableNames: [] });
  });

  test('a limit cuts the list and says where to go on', async () => {
    expect(await page(prefix, 2)).toEqual({
      TableNames: names.slice(0, 2),
      LastEvaluatedTableName: names[1],
    });
    expect((await page(names[1], 2)).TableNames).toEqual(names.slice(2, 4));
    expect(await page(names[3], 100)).toEqual({ TableNames: [names[4]] });
  });

  test('the SDK pages through all of them', async () => {
    const seen: string[] = [];
    for await (const part of paginateListTables(
      { client: newClient(), pageSize: 2 },
      { ExclusiveStartTableName: prefix },
    )) {
      expect(part.TableNames!.length).toBeLessThanOrEqual(2);
      seen.push(...part.TableNames!);
    }
    expect(seen).toEqual(names);
  });

  test('without parameters it begins at the first name', async () => {
    const answer = await client.send(new ListTablesCommand({}));
    expect(answer.TableNames!.length).toBeGreaterThan(0);
    expect(answer.TableNames).toEqual([...answer.TableNames!].sort());
  });

  refuses('ListTables', [
    {
      name: 'a limit of nothing',
      request: { Limit: 0 },
      error: 'ValidationException',
      message:
        "1 validation error detected: Value '0' at 'limit' failed to satisfy constraint: Member must have value greater than or equal to 1",
    },
    {
      name: 'a limit over 100',
      request: { Limit: 101 },
      error: 'ValidationException',
      message:
        "1 validation error detected: Value '101' at 'limit' failed to satisfy constraint: Member must have value less than or equal to 100",
    },
    {
      name: 'a limit in words',
      request: { Limit: 'ten' },
      error: 'SerializationException',
      message: 'STRING_VALUE cannot be converted to Integer',
    },
    {
      name: 'a limit of true',
      request: { Limit: true },
      error: 'SerializationException',
      message: 'TRUE_VALUE cannot be converted to Integer',
    },
    {
      name: 'a start that is too short',
      request: { ExclusiveStartTableName: 'a' },
      error: 'ValidationException',
      message:
        "1 validation error detected: Value 'a' at 'exclusiveStartTableName' failed to satisfy constraint: Member must have length greater than or equal to 3",
    },
  ]);
});
