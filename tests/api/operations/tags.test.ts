import {
  ListTagsOfResourceCommand,
  TagResourceCommand,
  UntagResourceCommand,
} from '@aws-sdk/client-dynamodb';
import { describe, expect, test } from 'vitest';
import { call, client, expectError, makeTable, ok, refuses } from '../support/service.ts';

async function arnOf(table: string): Promise<string> {
  return (await ok('DescribeTable', { TableName: table })).Table.TableArn;
}

async function tagsOf(arn: string) {
  return (await ok('ListTagsOfResource', { ResourceArn: arn })).Tags;
}

const unknownArn = 'arn:aws:dynamodb:us-east-1:000000000000:table/nosuch-table';

describe('tags', () => {
  test('are added, replaced and taken away through the SDK', async () => {
    const arn = await arnOf(await makeTable('id:S', 'tags'));
    const list = async () =>
      (await client.send(new ListTagsOfResourceCommand({ ResourceArn: arn }))).Tags;
    expect(await list()).toEqual([]);
    await client.send(
      new TagResourceCommand({
        ResourceArn: arn,
        Tags: [
          { Key: 'b', Value: '2' },
          { Key: 'a', Value: '1' },
        ],
      }),
    );
    expect(await list()).toEqual([
      { Key: 'a', Value: '1' },
      { Key: 'b', Value: '2' },
    ]);
    await client.send(
      new TagResourceCommand({
        ResourceArn: arn,
        Tags: [
          { Key: 'b', Value: '' },
          { Key: 'ü ', Value: 'ß' },
        ],
      }),
    );
    await client.send(new UntagResourceCommand({ ResourceArn: arn, TagKeys: ['a', 'nosuch'] }));
    expect(await list()).toEqual([
      { Key: 'b', Value: '' },
      { Key: 'ü ', Value: 'ß' },
    ]);
  });

  test('50 are allowed, 51 are not', async () => {
    const arn = await arnOf(await makeTable('id:S', 'tags'));
    const Tags = Array.from({ length: 50 }, (_, index) => ({ Key: `key-${index}`, Value: 'v' }));
    await client.send(new TagResourceCommand({ ResourceArn: arn, Tags }));
    expectError(
      await call('TagResource', { ResourceArn: arn, Tags: [{ Key: 'more', Value: 'v' }] }),
      'ValidationException',
      'One or more parameter values were invalid: Too many tags: tag limit is 50',
    );
    // Replacing one of the fifty adds none.
    await client.send(
      new TagResourceCommand({ ResourceArn: arn, Tags: [{ Key: 'key-7', Value: 'new' }] }),
    );
    const tags = await tagsOf(arn);
    expect(tags).toHaveLength(50);
    expect(tags).toContainEqual({ Key: 'key-7', Value: 'new' });
  });

  describe('TagResource', () => {
    refuses('TagResource', [
      {
        name: 'no ARN',
        request: { Tags: [{ Key: 'a', Value: 'b' }] },
        error: 'ValidationException',
        message: 'Invalid TableArn',
      },
      {
        name: 'something else for an ARN',
        request: { ResourceArn: 'foo', Tags: [{ Key: 'a', Value: 'b' }] },
        error: 'ValidationException',
        message: 'Invalid TableArn: Invalid ResourceArn provided as input foo',
      },
      {
        name: 'an empty list',
        request: { ResourceArn: unknownArn, Tags: [] },
        error: 'ValidationException',
        message: 'Atleast one Tag needs to be provided as Input.',
      },
      {
        name: 'a key without characters and a value with too many',
        request: {
          ResourceArn: unknownArn,
          Tags: [
            { Key: '', Value: 'b' },
            { Key: 'k', Value: 'v'.repeat(257) },
          ],
        },
        error: 'ValidationException',
        message: `2 validation errors detected: Value '' at 'tags.1.member.key' failed to satisfy constraint: Member must have length greater than or equal to 1; Value '${'v'.repeat(257)}' at 'tags.2.member.value' failed to satisfy constraint: Member must have length less than or equal to 256`,
      },
      {
        name: 'an unknown table',
        request: { ResourceArn: unknownArn, Tags: [{ Key: 'a', Value: 'b' }] },
        error: 'ResourceNotFoundException',
        message: `Requested resource not found: ResourcArn: ${unknownArn} not found`,
      },
    ]);
  });

  describe('UntagResource', () => {
    refuses('UntagResource', [
      {
        name: 'an empty list',
        request: { ResourceArn: unknownArn, TagKeys: [] },
        error: 'ValidationException',
        message: 'Atleast one Tag Key needs to be provided as Input.',
      },
      {
        name: 'an unknown table',
        request: { ResourceArn: unknownArn, TagKeys: ['a'] },
        error: 'ResourceNotFoundException',
        message: /^Requested resource not found/,
      },
    ]);
  });

  describe('ListTagsOfResource', () => {
    refuses('ListTagsOfResource', [
      {
        name: 'no ARN',
        request: {},
        error: 'ValidationException',
        message: 'Invalid TableArn',
      },
      {
        name: 'an unknown table',
        request: { ResourceArn: unknownArn },
        error: 'ResourceNotFoundException',
        message: `Requested resource not found: ResourcArn: ${unknownArn} not found`,
      },
    ]);
  });
});
