// Known differences of DynamoDB Local, in a build of 2020. Its parser of expressions and its checks of
// conditions are AWS's own: what it says of an expression is no known difference, but for its age.
import {
  add,
  description,
  indexKeyFault,
  isPartOf,
  isTable,
  lines,
  messages,
  passes,
  reads,
  same,
  without,
  withoutUnits,
  writes,
} from './known.mjs';

const local = 'dynamodb-local';
const wording = 'Messages are not documented; ours are those of the other peers.';

// What answers hold.

/** A number as the service gives it: without zeros in front or an exponent. */
const plainNumber = (text) => (Number.isFinite(Number(text)) ? `${Number(text)}` : text);
const plainNumbers = (value) => {
  if (Array.isArray(value)) return value.map(plainNumbers);
  if (value === null || typeof value !== 'object') return value;
  if (typeof value.N === 'string') return { ...value, N: plainNumber(value.N) };
  return Object.fromEntries(Object.entries(value).map(([k, each]) => [k, plainNumbers(each)]));
};
add(
  local,
  {
    rewrite: (_test, { ours, theirs }) => ({
      ours,
      theirs: { ...theirs, body: plainNumbers(theirs.body) },
    }),
  },
  'It keeps a number inside a list or a map as it was written; Guide, "Data types": zeros in front are trimmed.',
);
add(
  local,
  {
    rewrite: ({ operation, request }, { ours, theirs }) =>
      operation === 'DeleteItem' && !/TOTAL|INDEXES/.test(request.ReturnConsumedCapacity)
        ? { ours, theirs: without(theirs, 'ConsumedCapacity') }
        : undefined,
  },
  'API, DeleteItem (ConsumedCapacity): it is in the answer only where it was asked for.',
);
add(
  local,
  {
    matches: ({ operation, request }, { ours, theirs }) =>
      operation === 'UpdateItem' &&
      /^UPDATED/.test(request.ReturnValues) &&
      /[\w]\.\w|\[/.test(request.UpdateExpression) &&
      same(without(ours, 'Attributes'), without(theirs, 'Attributes')) &&
      isPartOf(ours.body.Attributes, theirs.body.Attributes),
  },
  'It gives the whole attribute of which a part was updated; ours gives that part: docs/compatibility.md.',
);
add(
  local,
  {
    matches: ({ operation, request }, { ours, theirs }) =>
      operation === 'Scan' &&
      request.IndexName === 'lsi-d' &&
      same(without(ours, 'ConsumedCapacity'), without(theirs, 'ConsumedCapacity')) &&
      ours.body.ConsumedCapacity.CapacityUnits > theirs.body.ConsumedCapacity.CapacityUnits,
  },
  'It fetches from the table for nothing; Guide, "Local secondary indexes": what is fetched costs more.',
);
add(
  local,
  {
    rewrite({ operation, request }, { ours, theirs }) {
      if (operation !== 'UpdateTable' || request.BillingMode !== 'PAY_PER_REQUEST')
        return undefined;
      return { ours: description(ours, withoutUnits), theirs: description(theirs, withoutUnits) };
    },
  },
  'It keeps the throughput of indexes of a table that goes on demand; Guide, "DynamoDB throughput capacity": there is none.',
);

/** The same but for what is consumed. */
const sameButCost = (ours, theirs) =>
  same(without(ours, 'ConsumedCapacity'), without(theirs, 'ConsumedCapacity'));
const total = ({ body }) => body.ConsumedCapacity?.CapacityUnits;
add(
  local,
  {
    matches: ({ operation, request }, { ours, theirs }) =>
      operation === 'Query' &&
      request.IndexName?.startsWith('lsi') &&
      'AttributesToGet' in request &&
      sameButCost(ours, theirs) &&
      total(ours) < total(theirs),
  },
  'It fetches from the table what the index has, too; API, Query (Select): then only the index is read.',
);
add(
  local,
  {
    matches: ({ operation, request }, { ours, theirs }) =>
      operation === 'PutItem' &&
      request.TableName === 'Indexed' &&
      sameButCost(ours, theirs) &&
      total(ours) < total(theirs),
  },
  'It counts an index that has no row of the item, before and after; Guide, "Global Secondary Indexes": nothing is written.',
);
add(
  local,
  {
    matches: ({ operation, request }, { ours, theirs }) =>
      operation === 'Query' &&
      'Limit' in request &&
      (/ BETWEEN |<=|>=/.test(request.KeyConditionExpression) || 'KeyConditions' in request) &&
      same(without(ours, 'LastEvaluatedKey'), theirs),
  },
  'It sees that no more can come; API, Query (LastEvaluatedKey): that there is one does not say that there is more.',
);

// What it lets pass, or ends at.

add(
  local,
  lines(reads, /Global secondary index [\w-]+ does not project/, /^200 /),
  'Guide, "Global secondary indexes": only attributes that are projected can be requested of one.',
);
add(
  local,
  lines(['Scan'], /Secondary index [\w-]+ does not project one or more filter attributes/, /^200 /),
  'It fetches what is filtered in a Scan, and refuses it in a Query, as we do both.',
);
add(
  local,
  lines(reads, /Select type ALL_ATTRIBUTES is not supported/, /^200 /),
  'API, Query (Select): ALL_ATTRIBUTES is for a global index only where it projects all attributes.',
);
add(
  local,
  lines(reads, /Duplicate value in attribute name/, /^200 /),
  'It refuses an attribute that is named twice in AttributesToGet, but not in every Query and Scan.',
);
add(
  local,
  lines(['UpdateItem'], indexKeyFault, /Updates on index keys must be of the same data type/),
  `${wording} (Updates of index keys)`,
);
add(
  local,
  lines(['UpdateItem'], indexKeyFault, passes),
  'It looks at values of index keys late or not at all; API, PutItem (Item): the types must match those of the definitions.',
);
add(
  local,
  lines(
    ['UpdateItem'],
    /Cannot update attribute|action (with value )?is (allowed|not supported)/,
    /ConditionalCheckFailed/,
  ),
  'Whether a change that is not allowed or a failed condition is named first is not documented.',
);
const updateFault =
  /document path provided|not exist in the item|incorrect data type|action (with value|is allowed)|Type mismatch for attribute/;
add(
  local,
  lines(['UpdateItem'], updateFault, updateFault),
  'Which of several faults of an update is named first, once the item is read, is not documented.',
);
add(
  local,
  lines(
    ['CreateTable', 'UpdateTable'],
    /(Neither ReadCapacityUnits nor|Both ReadCapacityUnits and) WriteCapacityUnits|ProvisionedThroughput (must|should not) be specified|is out of bounds|CapacityUnits' failed to satisfy/,
    /^200 /,
  ),
  'Guide, "DynamoDB throughput capacity": throughput goes with the billing mode of the table.',
);
add(
  local,
  lines(['CreateTable'], /Some AttributeDefinitions are not used/, /^200 /),
  'API, CreateTable: AttributeDefinitions describe the key schema of the table and its indexes.',
);
add(
  local,
  {
    matches: ({ request }, { theirText }) =>
      (request.GlobalSecondaryIndexUpdates ?? []).some(({ Delete }) => Delete) &&
      theirText.startsWith('0 NoAnswer'),
  },
  'API, UpdateTable: it goes on until the table is ACTIVE; there the deletion of some indexes never ends.',
);
add(
  local,
  lines(['CreateTable'], /^200 /, /Cannot create preexisting table/),
  'API, DeleteTable: the table goes; there it stays where the deletion of an index never ended.',
);
add(
  local,
  lines(
    ['UpdateItem'],
    /Invalid UpdateExpression: (Incorrect|An expression attribute value)/,
    /Invalid UpdateExpression: (Incorrect|An expression attribute value)/,
  ),
  'It looks at the actions of an update from the last to the first; which comes first is not documented.',
);
add(
  local,
  {
    matches: ({ operation, request }, { ourText, theirText }) =>
      theirText.startsWith('500 InternalFailure') &&
      (isTable(operation)
        ? 'BillingMode' in request || 'GlobalSecondaryIndexUpdates' in request
        : /not an indexable operation/.test(ourText) ||
          indexKeyFault.test(ourText) ||
          /^UPDATED/.test(request.ReturnValues)),
  },
  'API, "Common errors": InternalFailure is a failure of the server.',
);

add(
  local,
  lines(['Query'], /^200 /, /The provided starting key does not match the range key predicate/),
  'API, Query (ExclusiveStartKey): the last key of a page is a start key, also at the end of a BETWEEN.',
);

// Its wording.

/** Where one of `theirs` stands for a message of ours that begins so. */
const words = (operations, pairs) => ({
  rewrite(test, pair) {
    if (!operations.includes(test.operation)) return undefined;
    return messages((our, their) => {
      const found = pairs.filter(([theirs]) => theirs.test(their)).map(([, text]) => text);
      if (found.length === 0) return [our, their];
      return [our, found.some((text) => our.includes(text)) ? our : found[0]];
    }).rewrite(test, pair);
  },
});

const notNull = (member) => `Value null at '${member}' failed to satisfy constraint`;
add(
  local,
  words(
    [...reads, ...writes, 'GetItem'],
    [
      [/^Invalid table\/index name/, notNull('tableName')],
      [/^Cannot have null key for/, notNull('key')],
      [/^Item to put in PutItem cannot be null/, notNull('item')],
      [/^Return values set to invalid value/, 'ReturnValues can only be ALL_OLD or NONE'],
      [/^This attribute is part of the key/, 'Cannot update attribute'],
    ],
  ),
  `${wording} (Items)`,
);
add(
  local,
  words(
    ['PutItem'],
    [
      [
        /^(Invalid attribute value type|Type mismatch for attribute to update)$/,
        'Type mismatch for Index Key',
      ],
      [/Type mismatch for Index Key$/, 'Type mismatch for Index Key'],
      [
        /Size limit exceeded$|^Hash primary key values must be/,
        'Size limit exceeded for Index Key',
      ],
    ],
  ),
  `${wording} (Values of index keys)`,
);
add(
  local,
  words(
    [...reads, 'GetItem'],
    [
      [
        /^Query condition missed key schema element$/,
        'Query condition missed key schema element: ',
      ],
      [/^Consistent read cannot be true when/, 'Consistent reads are not supported on'],
      [/^Cannot have two attributes with the same name/, 'Duplicate value in attribute name'],
      [/^Exclusive Start Key must have same size as/, 'The provided starting key is invalid'],
      [/^Type mismatch for attribute to update/, 'The provided starting key is invalid'],
      [/^Type mismatch for attribute to update/, 'The provided key element does not match'],
      [/^Only scalar types can be used as Range Key/, 'is not an indexable operation'],
      [
        /^The provided starting key does not match the range/,
        'The provided starting key is outside query',
      ],
    ],
  ),
  `${wording} (Reads)`,
);
add(
  local,
  words(
    ['CreateTable', 'UpdateTable'],
    [
      [/^Cannot do operations on a non-existent table/, 'Requested resource not found: Table'],
      [
        /read and write throughput must be at least 1/,
        "CapacityUnits' failed to satisfy constraint",
      ],
      [/^Invalid table\/index name/, "indexName' failed to satisfy constraint"],
      [/^The number of attributes in key schema must/, 'AttributeDefinitions are not used'],
      [/^The number of attributes in key schema must/, 'does not exactly match number'],
      [/^Nothing to update/, 'At least one of ProvisionedThroughput, BillingMode'],
      [/^Invalid global secondary index name/, 'Action Blocked: IndexUpdate'],
      [
        /^No Hash Key specified in schema|^Invalid key order/,
        'Invalid KeySchema: The first KeySchemaElement is not',
      ],
      [/^Too many hash keys specified/, 'Invalid KeySchema: The second KeySchemaElement is not'],
      [
        /^Two keys can not have the same name/,
        'the Range Key element in the KeySchema have the same name',
      ],
      [/^Local Secondary indices are not allowed on/, 'Table KeySchema does not have a range key'],
      [
        /^Local Secondary indices must have the same/,
        'Index KeySchema does not have the same leading',
      ],
      [
        /^No provisioned throughput specified for the table/,
        'ReadCapacityUnits and WriteCapacityUnits must both',
      ],
      [
        /^Local secondary indices must have a range key/,
        'Index KeySchema does not have a range key',
      ],
      [
        /^Only one global secondary index update per index/,
        'Only one global secondary index update per index is allowed',
      ],
      [
        /^Update global secondary index action is null/,
        'GlobalSecondaryIndexUpdate.Delete must not be null',
      ],
      [/^[GL]SI list is empty/, 'SecondaryIndexes is empty'],
      [/key not specified in Attribute Definit/i, 'not defined in AttributeDefinitions'],
      [/key not specified in Attribute Definit/i, 'have no definition'],
      [/^Indexes must have a projection/, "projection' failed to satisfy constraint"],
      [/^Projection type must be INCLUDE/, "projectionType' failed to satisfy constraint"],
      [
        /^If Projection type INCLUDE is specified/,
        'ProjectionType is INCLUDE, but NonKeyAttributes',
      ],
      [/^No attributes should be specified to be/, 'ProjectionType is ALL, but'],
      [/^No attributes should be specified to be/, 'ProjectionType is KEYS_ONLY, but'],
      [/must have different names/, 'Duplicate index name'],
      [/^No provisioned throughput specified/, 'ProvisionedThroughput is not specified for index'],
      [/^No defined key schema/, notNull('keySchema')],
      [/^No Attribute Schema Defined/, 'not defined in AttributeDefinitions'],
      [/^No Attribute Schema Defined/, 'have no definition'],
      [/^No Attribute Schema Defined/, notNull('attributeDefinitions')],
      [/^Cannot increase provisioned throughput/, 'is out of bounds'],
      [
        /^The requested throughput value equals/,
        'The provisioned throughput for the table will not change',
      ],
    ],
  ),
  `${wording} (Tables)`,
);
const pathsShown = /^(.*Two document paths overlap .*); path one: .*$/;
add(
  local,
  messages((our, their) => [our.replace(pathsShown, '$1'), their.replace(pathsShown, '$1')]),
  'The two paths that it names do not always overlap; ours do, as with the other peers.',
);
const printed = /; lower bound operand: .*$/;
add(
  local,
  messages((our, their) => [our.replace(printed, ''), their.replace(printed, '')]),
  'How the bounds of a BETWEEN are printed in a message is not documented.',
);
const types = /valid types: \{.*\}$/;
add(
  local,
  messages((our, their) => [our.replace(types, ''), their.replace(types, '')]),
  'In which order the types of attribute_type are listed in a message is not documented.',
);
add(
  local,
  lines(
    ['CreateTable', 'UpdateTable'],
    /^(?!500)/,
    /^400 ValidationException: Cannot have two attributes with/,
  ),
  'Whether NonKeyAttributes may name an attribute twice is not documented; the other peers take it.',
);
