// What UpdateTable refuses of global indexes.
import { beforeAll, describe, expect, test } from 'vitest';
import { call, constraint, expectError, ok, refuses, untilStatus } from '../support/service.ts';
import type { RefusedCase } from '../support/service.ts';
import {
  definitions,
  index,
  invalid,
  keySchema,
  makeIndexed,
  provisioned,
  S,
  throughput,
  untilIndex,
} from './tables.ts';
import { creating, fill, numbered, plain, update } from './updates.ts';

let demand: string;
let units: string;
beforeAll(async () => {
  const shape = (more: object) => ({
    keys: 'a:S b:S',
    attributes: 'c:S d:S',
    local: [index('by-c', 'a / c')],
    global: [index('of-c', 'c', 'ALL', more), index('of-d', 'd', 'ALL', more)],
  });
  demand = await makeIndexed(shape({}), 'demand');
  const more = { ProvisionedThroughput: throughput(5, 5) };
  units = await makeIndexed(shape(more), 'units', provisioned);
});

const limit =
  'Subscriber limit exceeded: Only 1 online index can be created or deleted simultaneously per table';
const create = (name: string, keys = 'e', more: object = {}) => ({
  Create: { ...index(name, keys), ...more },
});
const remove = (name: string) => ({ Delete: { IndexName: name } });
const change = (name: string, read = 8, write = 8) => ({
  Update: { IndexName: name, ProvisionedThroughput: throughput(read, write) },
});

const refused = (
  name: string,
  updates: object[],
  message?: string | RegExp,
  more: object = {},
  error = 'ValidationException',
): RefusedCase => ({
  name,
  request: () => ({
    TableName: demand,
    AttributeDefinitions: definitions('e:S'),
    GlobalSecondaryIndexUpdates: updates,
    ...more,
  }),
  error,
  message,
});
/** The same of a table that has units of its own. */
const refusedOfUnits = (name: string, updates: object[], message: string | RegExp): RefusedCase => {
  const given = refused(name, updates, message);
  return { ...given, request: () => ({ ...given.request(), TableName: units }) };
};
const path = (rest: string) => `globalSecondaryIndexUpdates.1.member.${rest}`;

describe('UpdateTable refuses', () => {
  refuses('UpdateTable', [
    refused(
      'an empty list and nothing else',
      [],
      'At least one of ProvisionedThroughput, BillingMode, UpdateStreamEnabled, GlobalSecondaryIndexUpdates or SSESpecification or ReplicaUpdates is required',
    ),
    refused(
      'an update of nothing',
      [{}],
      `${invalid}One of GlobalSecondaryIndexUpdate.Update, GlobalSecondaryIndexUpdate.Create, GlobalSecondaryIndexUpdate.Delete must not be null`,
    ),
    refused(
      'an index named twice',
      [create('twice'), remove('twice')],
      `${invalid}Only one global secondary index update per index is allowed simultaneously. Index: twice`,
    ),
    refused(
      'two new indexes',
      [create('first-new'), create('second-new')],
      limit,
      {},
      'LimitExceededException',
    ),
    refused('two deletions', [remove('of-c'), remove('of-d')], limit, {}, 'LimitExceededException'),
    refused(
      'a new index and a deletion',
      [create('new-one'), remove('of-c')],
      limit,
      {},
      'LimitExceededException',
    ),
    refused(
      'a new index of a name that is there',
      [create('of-c')],
      'Attempting to create an index which already exists',
    ),
    refused(
      'a new index of the name of a local one',
      [create('by-c')],
      /Attempting to create an index which already exists|Duplicate index name: by-c/,
    ),
    refused(
      'the deletion of an index that is not there',
      [remove('nosuch')],
      /^Requested resource not found/,
      {},
      'ResourceNotFoundException',
    ),
    refused(
      'the deletion of a local index',
      [remove('by-c')],
      /^Requested resource not found/,
      {},
      'ResourceNotFoundException',
    ),
    refused(
      'a table that is not there',
      [remove('of-c')],
      'Requested resource not found: Table: nosuch-table not found',
      { TableName: 'nosuch-table' },
      'ResourceNotFoundException',
    ),
    refused(
      'a new index of an attribute that is not defined',
      [create('new-one', 'e / f')],
      `${invalid}Some index key attributes are not defined in AttributeDefinitions. Keys: [e, f], AttributeDefinitions: [e, g]`,
      { AttributeDefinitions: definitions('e:S g:S') },
    ),
    refused(
      'a new index of an attribute that the table has defined and the request has not',
      [create('new-one', 'c / e')],
      `${invalid}Some index key attributes are not defined in AttributeDefinitions. Keys: [c, e], AttributeDefinitions: [e, f]`,
      { AttributeDefinitions: definitions('e:S f:S') },
    ),
    refused(
      'a new index with units on demand',
      [create('new-one', 'e', { ProvisionedThroughput: throughput(1, 1) })],
      `${invalid}Neither ReadCapacityUnits nor WriteCapacityUnits can be specified for index: new-one when BillingMode is PAY_PER_REQUEST`,
    ),
    refused(
      'units for an index on demand',
      [change('of-c')],
      `${invalid}Neither ReadCapacityUnits nor WriteCapacityUnits can be specified for index: of-c when BillingMode is PAY_PER_REQUEST`,
    ),
    refusedOfUnits(
      'a new index without units in a table with',
      [create('new-one')],
      `${invalid}Both ReadCapacityUnits and WriteCapacityUnits must be specified for index: new-one`,
    ),
    refusedOfUnits(
      'the same units again',
      [change('of-c', 5, 5)],
      'The provisioned throughput for the index of-c will not change. The requested value equals the current value. ' +
        'Current ReadCapacityUnits provisioned for the index: 5. Requested ReadCapacityUnits: 5. ' +
        'Current WriteCapacityUnits provisioned for the index: 5. Requested WriteCapacityUnits: 5. ' +
        'Refer to the Amazon DynamoDB Developer Guide for current limits and how to request higher limits.',
    ),
    {
      ...refusedOfUnits('units of an index that is not there', [change('nosuch')], /./),
      message: undefined,
    },
    refused('a new index without anything', [{ Create: {} }], /^3 validation errors detected: /),
    refused(
      'a new index of a short name',
      [create('ab')],
      constraint(
        path('create.indexName'),
        "'ab'",
        'Member must have length greater than or equal to 3',
      ),
    ),
    refused(
      'a new index with a wrong character in its name',
      [create('a;bc')],
      constraint(
        path('create.indexName'),
        "'a;bc'",
        'Member must satisfy regular expression pattern: [a-zA-Z0-9_.-]+',
      ),
    ),
    refused(
      'a new index without a key',
      [create('new-one', 'e', { KeySchema: [] })],
      constraint(
        path('create.keySchema'),
        "'[]'",
        'Member must have length greater than or equal to 1',
      ),
    ),
    refused(
      'a new index that begins with a sort key',
      [create('new-one', 'e', { KeySchema: keySchema('/ e') })],
      'Invalid KeySchema: The first KeySchemaElement is not a HASH key type',
    ),
    refused(
      'a new index without a projection type',
      [create('new-one', 'e', { Projection: {} })],
      `${invalid}Unknown ProjectionType: null`,
    ),
    refused(
      'a new index with ALL and a list of attributes',
      [create('new-one', 'e', { Projection: { ProjectionType: 'ALL', NonKeyAttributes: ['x'] } })],
      `${invalid}ProjectionType is ALL, but NonKeyAttributes is specified`,
    ),
    refused(
      'a new index with INCLUDE and no list',
      [create('new-one', 'e', { Projection: { ProjectionType: 'INCLUDE' } })],
      `${invalid}ProjectionType is INCLUDE, but NonKeyAttributes is not specified`,
    ),
    refused(
      'a deletion without a name',
      [{ Delete: {} }],
      constraint(path('delete.indexName'), 'null', 'Member must not be null'),
    ),
    refused(
      'an update without a name',
      [{ Update: { ProvisionedThroughput: throughput(1, 1) } }],
      constraint(path('update.indexName'), 'null', 'Member must not be null'),
    ),
    refused(
      'no units for an index',
      [change('of-c', 1, 0)],
      constraint(
        path('update.provisionedThroughput.writeCapacityUnits'),
        "'0'",
        'Member must have value greater than or equal to 1',
      ),
    ),
  ]);

  test('and leaves the indexes as they were', async () => {
    for (const name of [demand, units]) {
      const { GlobalSecondaryIndexes: indexes } = await untilStatus(name, 'ACTIVE');
      expect(indexes.map((found: { IndexName: string }) => found.IndexName).sort()).toEqual([
        'of-c',
        'of-d',
      ]);
      for (const found of indexes) expect(found.IndexStatus).toBe('ACTIVE');
    }
  });
});

describe('while an index is made', () => {
  // The index may be there before the next request is: then that one is not refused.
  const begin = async () => {
    const name = await makeIndexed(plain, 'busy');
    await fill(
      name,
      numbered(1000, () => ({ c: S('c'), d: S('d') })),
    );
    await update(name, creating('c:S', 'of-c', 'c'));
    return name;
  };

  test('another one has to wait', async () => {
    const name = await begin();
    const second = creating('d:S', 'of-d', 'd');
    const answer = await call('UpdateTable', { TableName: name, ...second });
    if (answer.status !== 200) {
      if (answer.body.__type.endsWith('#ResourceInUseException')) {
        expectError(
          answer,
          'ResourceInUseException',
          /^Attempt to change a resource which is still in use: /,
        );
      } else expectError(answer, 'LimitExceededException', limit);
      await untilIndex(name, 'of-c', 'ACTIVE');
      await untilStatus(name, 'ACTIVE');
      await update(name, second);
    }
    for (const found of ['of-c', 'of-d']) {
      expect((await untilIndex(name, found, 'ACTIVE')).ItemCount).toBe(1000);
    }
  });

  test('the table is not deleted', async () => {
    const name = await begin();
    const answer = await call('DeleteTable', { TableName: name });
    if (answer.status !== 200) {
      expectError(
        answer,
        'ResourceInUseException',
        /^Attempt to change a resource which is still in use: /,
      );
      await untilIndex(name, 'of-c', 'ACTIVE');
      await untilStatus(name, 'ACTIVE');
      await ok('DeleteTable', { TableName: name });
    }
    await untilStatus(name, 'GONE');
  });
});
