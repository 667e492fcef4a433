// Known differences in what answers hold, and in what is refused of tables.
import { describe } from './describe.mjs';
import {
  everyone,
  others,
  writes,
  reads,
  without,
  same,
  textOf,
  lines,
  messages,
  passes,
  isIndexed,
  isPartOf,
  description,
  withoutUnits,
  add,
} from './known.mjs';

// What the answers hold.

/** Whether an update takes things away from an item that is not there, and does nothing else. */
function onlyRemoves({ operation, before, request }) {
  if (operation !== 'UpdateItem' || before.some(({ b }) => b?.N === '1')) return false;
  const { UpdateExpression: text, AttributeUpdates: updates } = request;
  if (text) return !/SET|ADD/.test(text);
  return Object.values(updates ?? {}).some(({ Action }) => Action === 'DELETE');
}
const isKeyAlone = (item) => Object.keys(item).join() === 'a,b' && item.b.N === '1';
add(
  everyone,
  {
    rewrite(test, { ours, theirs }) {
      if (!onlyRemoves(test) || ours.status !== 200 || theirs.status !== 200) return undefined;
      if (isKeyAlone(theirs.body.Attributes ?? {}))
        return { ours, theirs: without(theirs, 'Attributes') };
      const { Items = [], Count, ScannedCount } = theirs.body;
      const others = Items.filter((item) => !isKeyAlone(item));
      if (others.length === Items.length) return undefined;
      const counts = { Count: Count - 1, ScannedCount: ScannedCount - 1 };
      return { ours, theirs: { ...theirs, body: { ...theirs.body, ...counts, Items: others } } };
    },
  },
  'API, AttributeValueUpdate (Action): DELETE of an item that is not there does nothing; docs/compatibility.md.',
);
add(
  others,
  {
    matches: ({ request }, { ourText, theirText }) =>
      /"NOT_CONTAINS"/.test(JSON.stringify(request)) &&
      /^200 |ConditionalCheckFailed/.test(ourText) &&
      passes.test(theirText),
  },
  'It holds NOT_CONTAINS of an attribute that is not there to be true: docs/compatibility.md.',
);
add(
  'dynalite',
  lines(['CreateTable'], /Attribute Name is duplicated/, /^200 /),
  'API, AttributeDefinition: it names the type of an attribute, of which there is one; there it may come twice.',
);

add(
  'dynalite',
  {
    rewrite: (_test, { ours, theirs }) => ({
      ours,
      theirs: describe(theirs).includes('"Attributes":{}') ? without(theirs, 'Attributes') : theirs,
    }),
  },
  'It gives empty Attributes where nothing is returned; the others give none.',
);
add(
  'dynoxide',
  {
    matches: ({ operation, request }, { ours, theirs }) =>
      operation === 'UpdateItem' &&
      request.ReturnValues === 'ALL_OLD' &&
      !ours.body.Attributes &&
      same(ours, without(theirs, 'Attributes')),
  },
  'API, UpdateItem: ALL_OLD gives the item as it was before; there was none.',
);
add(
  'dynoxide',
  {
    matches: ({ request }, { theirText }) =>
      /\bl\[\d\]/.test(request.UpdateExpression) && theirText.includes('{"NULL":true},'),
  },
  'It fills a list up to an index beyond its end; the Guide says that the element is appended.',
);
const isEmpty = ({ body }) => body?.Count === 0 && body.ScannedCount === 0;
const withoutCapacity = ({ ours, theirs }) => ({
  ours: without(ours, 'ConsumedCapacity'),
  theirs: without(theirs, 'ConsumedCapacity'),
});
add(
  ['dynalite', 'dynamodb-local'],
  {
    rewrite: ({ operation }, pair) =>
      reads.includes(operation) && isEmpty(pair.theirs) ? withoutCapacity(pair) : undefined,
  },
  'A read that finds nothing costs nothing there; Dynoxide, checked against the service, says as much as ours.',
);
add(
  'dynalite',
  {
    rewrite: (test, pair) =>
      writes.includes(test.operation) && isIndexed(test) ? withoutCapacity(pair) : undefined,
  },
  'It counts no writes of indexes; Guide, "Provisioned throughput considerations for Global Secondary Indexes".',
);
add(
  everyone,
  {
    rewrite: (_test, { ours, theirs }) => {
      const change = ({ DeletionProtectionEnabled, TableThroughputModeSummary: _mode, ...rest }) =>
        DeletionProtectionEnabled ? { ...rest, DeletionProtectionEnabled } : rest;
      return { ours: description(ours, change), theirs: description(theirs, change) };
    },
  },
  'API, TableDescription: DeletionProtectionEnabled is in it, TableThroughputModeSummary is not.',
);
/** What no UpdateTable of the generator changes. */
const withoutChanges = ({
  AttributeDefinitions: _definitions,
  GlobalSecondaryIndexes: _indexes,
  ProvisionedThroughput: _units,
  BillingModeSummary: _mode,
  ...rest
}) => rest;
add(
  everyone,
  {
    matches: ({ operation }, { ours, theirs }) =>
      operation === 'UpdateTable' &&
      Boolean(ours.body.TableDescription && theirs.body.TableDescription) &&
      same(description(ours, withoutChanges), description(theirs, withoutChanges)),
  },
  'API, UpdateTable: it works on after its answer; ours shows the table before, theirs after the change.',
);

// Tables.

add(
  'dynalite',
  {
    rewrite: (_test, { ours, theirs }) => ({
      ours,
      theirs: description(theirs, ({ BillingMode: _mode, ...rest }) => rest),
    }),
  },
  'API, TableDescription: BillingMode is in BillingModeSummary alone.',
);

add(
  'dynoxide',
  {
    rewrite({ operation }, { ours, theirs }) {
      if (operation !== 'UpdateTable') return undefined;
      return { ours: description(ours, withoutUnits), theirs: description(theirs, withoutUnits) };
    },
  },
  'It keeps no throughput of an index that UpdateTable makes or changes; API, GlobalSecondaryIndexDescription.',
);
add(
  'dynoxide',
  lines(['UpdateTable'], /Only 1 online index can be created or deleted/, /^200 /),
  'API, UpdateTable: only one index can be created or deleted in one request.',
);
add(
  others,
  lines(
    ['UpdateTable'],
    /(Neither ReadCapacityUnits nor|Both ReadCapacityUnits and) WriteCapacityUnits .* for index|ProvisionedThroughput must be specified for index/,
    /^200 /,
  ),
  'Guide, "DynamoDB throughput capacity": an index has the billing mode of its table.',
);
add(
  'dynoxide',
  lines(['UpdateTable'], /provisioned throughput for the index \w+ will not change/, /^200 /),
  'It takes an update that changes nothing of an index; of a table it refuses it, as we do.',
);
add(
  'dynoxide',
  lines(
    ['UpdateTable'],
    /ResourceNotFoundException: Requested resource not found$/,
    /Requested resource not found: Table: \w+ not found/,
  ),
  'It calls an index a table in its message; DynamoDB Local agrees with ours.',
);
add(
  'dynoxide',
  lines(
    ['UpdateTable'],
    /Attempting to create an index which already exists/,
    /Index already exists: \w+$/,
  ),
  'Its message is its own; DynamoDB Local agrees with ours.',
);
add(
  'dynoxide',
  lines(
    ['CreateTable'],
    /Some AttributeDefinitions are not used/,
    /does not exactly match number of attributes/,
  ),
  'Users report our message from the service where a table has indexes.',
);
add(
  'dynoxide',
  messages((our, their, { operation }) => {
    const sameKeys = (text) => text.replace(/(not defined in AttributeDefinitions\.).*/, '$1');
    return operation === 'CreateTable' ? [sameKeys(our), sameKeys(their)] : [our, their];
  }),
  'Which keys are listed with the one that is not defined is not documented; ours are those of the index.',
);
add(
  'dynalite',
  lines(['CreateTable'], /Some AttributeDefinitions are not used/, /^200 /),
  'API, CreateTable: AttributeDefinitions describe the key schema of the table and its indexes.',
);
add(
  others,
  lines(['CreateTable'], /ProvisionedThroughput is not specified for index/, /^200 /),
  'API, GlobalSecondaryIndex: ProvisionedThroughput is needed in provisioned mode.',
);
add(
  'dynalite',
  lines(
    ['CreateTable'],
    /ProjectionType is INCLUDE, but NonKeyAttributes is not specified/,
    /^200 /,
  ),
  'API, Projection: with INCLUDE, NonKeyAttributes says what is projected.',
);
add(
  'dynalite',
  lines(['UpdateTable'], /Action Blocked: IndexUpdate/, /^200 /),
  'It takes an update of an index that is not there; Dynoxide agrees with ours.',
);
const totalCapacity = (answer) => {
  const { ConsumedCapacity: { TableName, CapacityUnits } = {}, ...body } = answer.body;
  return { ...answer, body: { ...body, ConsumedCapacity: { TableName, CapacityUnits } } };
};
add(
  'dynoxide',
  {
    rewrite({ operation, request }, { ours, theirs }) {
      if (operation !== 'Scan' || !request.IndexName || !ours.body?.ConsumedCapacity)
        return undefined;
      return { ours: totalCapacity(ours), theirs: totalCapacity(theirs) };
    },
  },
  'It counts some Scans of an index for the table; API, ConsumedCapacity: for the index.',
);
add(
  'dynalite',
  {
    rewrite: ({ operation, request }, pair) =>
      operation === 'Scan' && request.ConsistentRead ? withoutCapacity(pair) : undefined,
  },
  'It counts a consistent Scan by half; Guide, "DynamoDB throughput capacity": a whole unit for 4 KB.',
);
add(
  'dynalite',
  lines(
    reads,
    /Invalid KeyConditionExpression: Incorrect operand type/,
    /ComparisonOperator \w+ is not valid for \w+ AttributeValue/,
  ),
  'It answers KeyConditionExpression as KeyConditions; DynamoDB Local agrees with ours.',
);
add(
  'dynalite',
  lines(
    ['Query'],
    /The provided starting key is outside query/,
    /at most one row and cannot be restarted|does not match the range key predicate/,
  ),
  'It looks at the sort key of a start key first; which is named is not documented.',
);
add(
  'dynalite',
  {
    matches: ({ request }, { ourText, theirText }) =>
      /contains\(/.test(textOf(request)) &&
      JSON.stringify(request.ExpressionAttributeValues ?? '').includes('"NULL"') &&
      [ourText, theirText].filter((text) => text.includes('ConditionalCheckFailed')).length === 1,
  },
  'It finds no NULL in a list; Guide, "Condition and filter expressions": contains looks for an element.',
);
add(
  'dynoxide',
  {
    matches: ({ operation, request }, { ours, theirs }) =>
      operation === 'UpdateItem' &&
      /^UPDATED/.test(request.ReturnValues) &&
      /l\[/.test(request.UpdateExpression) &&
      same(without(ours, 'Attributes'), without(theirs, 'Attributes')) &&
      isPartOf(ours.body.Attributes ?? {}, theirs.body.Attributes),
  },
  'It gives the whole list of which elements were updated; ours gives those elements: docs/compatibility.md.',
);

// What confuses dynalite.

add(
  'dynalite',
  {
    matches: ({ operation, request }, { ours, theirs }) => {
      if (!/[\w\])] ([<>=]+|BETWEEN|IN) \(?[a-z]/.test(textOf(request))) return false;
      if (reads.includes(operation)) return ours.status === 200 && theirs.status === 200;
      return (
        [ours, theirs].filter((each) => describe(each).includes('ConditionalCheck')).length === 1
      );
    },
  },
  'It takes two attributes that are not there for equal; Guide, "Comparison operator": there is nothing to compare.',
);
add(
  'dynalite',
  lines(
    reads,
    /^(200 |400 .*Consistent reads|400 .*schema type)/,
    /ComparisonOperator (\w+) is not valid for \w+ AttributeValue/,
  ),
  'API, Condition: EQ and NE are for all types, CONTAINS for those that lists hold.',
);
add(
  'dynalite',
  lines(['Scan'], /Consistent reads are not supported on global secondary indexes/, /^200 /),
  'API, Scan: ConsistentRead is not for global secondary indexes.',
);

add(
  others,
  lines(['CreateTable', 'UpdateTable'], /Given value \d+ for \w+ is out of bounds/, /^200 /),
  'It takes any throughput for an index; of a table it refuses it, as we do.',
);
add(
  others,
  lines(
    ['CreateTable', 'UpdateTable'],
    /have no definition|not defined in AttributeDefinitions/,
    /have no definition|not defined in AttributeDefinitions/,
  ),
  'There are two messages for attributes of a key that are not defined; which of them when is not documented.',
);
add(
  'dynoxide',
  lines(['UpdateItem'], /unused in expressions/, passes),
  'It looks at the values of an UpdateItem only beside an UpdateExpression; the others always do.',
);
add(
  'dynoxide',
  lines(['CreateTable'], /must both be specified when BillingMode is PROVISIONED/, /^200 /),
  'API, CreateTable: without BillingMode, ProvisionedThroughput is needed.',
);
add(
  everyone,
  lines(['CreateTable'], /^200 /, /The second KeySchemaElement is not( a RANGE key type)?$/),
  'Guide, "Multi-attribute key schema": a global index has up to four attributes in its partition key.',
);
add(
  'dynalite',
  {
    matches: ({ request }, { ourText, theirText }) =>
      request.ConditionalOperator === 'OR' &&
      !ourText.includes('ConditionalCheckFailed') &&
      theirText.includes('ConditionalCheckFailed'),
  },
  'Guide, "ConditionalOperator (legacy)": with OR, one condition that holds is enough.',
);

add(
  everyone,
  {
    rewrite: ({ operation }, { ours, theirs }) => {
      const change = ({ BillingModeSummary: { BillingMode, ...times } = {}, ...rest }) =>
        BillingMode && BillingMode !== 'PROVISIONED'
          ? { ...rest, BillingModeSummary: { BillingMode, ...times } }
          : rest;
      if (operation !== 'UpdateTable') return undefined;
      return { ours: description(ours, change), theirs: description(theirs, change) };
    },
  },
  'API, BillingModeSummary: it stays once a table has been on demand; there it goes.',
);

add(
  'dynalite',
  {
    matches: ({ operation, request }, { ours, theirs }) =>
      operation === 'UpdateItem' &&
      /(= |if_not_exists\()[lm]\b(?![.[])/.test(request.UpdateExpression) &&
      ours.status === 200 &&
      [200, 0].includes(theirs.status),
  },
  'Guide, "Update expressions": what is copied is the value before the update; its copy changes with the original, which may end it.',
);

add(
  others,
  {
    matches: ({ request }, { ourText, theirText }) =>
      /,|SET.* (ADD|DELETE|REMOVE) | = [lms]\b.* = /.test(request.UpdateExpression) &&
      ourText.includes('document path provided') &&
      /not exist in the item|incorrect data type/.test(theirText),
  },
  'Whether a bad path or a bad operand is named first is not documented.',
);
