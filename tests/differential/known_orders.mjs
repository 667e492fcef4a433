// Requests with several faults. Which of them is named is not documented.
import { add, indexKeyFault, isTable, others } from './known.mjs';

/** name: [what the message says, the members of the request that it is about: one of them is there] */
const expressions = ['ConditionExpression', 'FilterExpression', 'ProjectionExpression'];
const checks = {
  expression: [
    /Invalid (Condition|Filter|Projection|Update)Expression: /,
    [...expressions, 'UpdateExpression'],
  ],
  legacy: [
    /ComparisonOperator \w+ is not valid|Invalid number of argument|ComparisonOperator: |inside AttributeValueList|ConditionalOperator can/,
    ['Expected', 'QueryFilter', 'ScanFilter', 'KeyConditions', 'KeyConditionExpression'],
  ],
  // What is left of the message in known_refusals.mjs.
  undefinedValue: [
    /^400 \w+: An expression attribute value used/,
    [...expressions, 'UpdateExpression', 'KeyConditionExpression'],
  ],
  indexKey: [indexKeyFault, ['Item', 'UpdateExpression', 'AttributeUpdates']],
  returnValues: [/ReturnValues can only be|Return values set|'returnValues'/, ['ReturnValues']],
  startKey: [/starting key|key element does not match|Key: \w+$|restarted$/, ['ExclusiveStartKey']],
  select: [/when choosing to get|ALL_PROJECTED_ATTRIBUTES can|Select type/, ['Select']],
  consistency: [/Consistent reads are not supported/, ['ConsistentRead']],
  index: [/does not have the specified index/, ['IndexName']],
  unprojected: [/does not project/, ['IndexName']],
  duplicate: [/Duplicate value in attribute name/, ['AttributesToGet']],
  filterOnKey: [
    /Filter(?: Expression)? can only contain non-primary/,
    ['FilterExpression', 'QueryFilter'],
  ],
  values: [/unused in expressions|can only be specified when using/, ['ExpressionAttributeValues']],
  actions: [/action is allowed|action (with value )?is not supported/, ['AttributeUpdates']],
  keyUpdate: [/Cannot update attribute/, ['UpdateExpression', 'AttributeUpdates']],
  noKeyCondition: [/parameter must be specified in/, []],
  keyCondition: [
    /Invalid KeyCondition|Query condition missed|Query key condition|Condition parameter type|operator (used )?in KeyCondition|BETWEEN condition|KeyConditions ComparisonOperator|not an indexable/,
    ['KeyConditions', 'KeyConditionExpression', 'ExpressionAttributeValues'],
  ],
};

/** The checks of CreateTable and UpdateTable. */
const tableChecks = {
  shape: [/failed to satisfy constraint/, []],
  keySchema: [
    /Invalid KeySchema: The|have the same name|(Table|Index) KeySchema/,
    ['KeySchema', 'GlobalSecondaryIndexUpdates'],
  ],
  definitions: [
    /have no definition|not defined in AttributeDefinitions|AttributeDefinitions are not used|exactly match number/,
    ['AttributeDefinitions', 'KeySchema', 'GlobalSecondaryIndexUpdates'],
  ],
  definedTwice: [/Attribute Name is duplicated/, ['AttributeDefinitions']],
  projection: [/ProjectionType/, ['LocalSecondaryIndexes', 'GlobalSecondaryIndexes']],
  indexLists: [
    /(List of \w+|SecondaryIndexes) is empty/,
    ['LocalSecondaryIndexes', 'GlobalSecondaryIndexes'],
  ],
  indexNames: [
    /Duplicate index name|update per index is allowed|already exists/,
    ['LocalSecondaryIndexes', 'GlobalSecondaryIndexes', 'GlobalSecondaryIndexUpdates'],
  ],
  blocked: [/Action Blocked/, ['GlobalSecondaryIndexUpdates']],
  unknown: [/resource not found/, ['GlobalSecondaryIndexUpdates']],
  bounds: [/is out of bounds/, []],
  oneUpdate: [
    /Subscriber limit|must not be null$|At least one of/,
    ['GlobalSecondaryIndexUpdates'],
  ],
  throughput: [
    /CapacityUnits|ProvisionedThroughput|provisioned throughput/,
    [
      'KeySchema',
      'BillingMode',
      'ProvisionedThroughput',
      'GlobalSecondaryIndexes',
      'GlobalSecondaryIndexUpdates',
    ],
  ],
};

function checkOf(list, request, text) {
  const found = Object.entries(list).find(([, [pattern]]) => pattern.test(text));
  if (!found) return undefined;
  const [name, [, members]] = found;
  return members.length === 0 || members.some((member) => member in request) ? name : undefined;
}

/** Whether both answers refuse a request, and for different checks, or for `alike` ones of one check. */
function isOrder(list, request, ourText, theirText, alike) {
  if (![ourText, theirText].every((text) => text.startsWith('400 '))) return false;
  const [our, their] = [ourText, theirText].map((text) => checkOf(list, request, text));
  if (our === undefined || their === undefined) return false;
  return our !== their || alike.includes(our);
}

const reason = 'Which of several faults of a request is named is not documented.';

add(
  others,
  {
    matches({ operation, request }, { ourText, theirText }) {
      const list = isTable(operation) ? tableChecks : checks;
      const alike = ['legacy', 'select', 'values', 'actions', 'throughput'];
      // Two faults of expressions are one check, of two clauses or operands.
      const both = [ourText, theirText].every((text) =>
        /^400 \w+: Invalid \w+Expression: /.test(text),
      );
      if (both && !/Syntax|Expected/.test(ourText + theirText)) alike.push('expression');
      return isOrder(list, request, ourText, theirText, alike);
    },
  },
  reason,
);

/** DynamoDB Local is believed where it names a fault of an expression or a condition: they are one check. */
const localChecks = {
  range: [
    /BETWEEN condition was provided a range/,
    ['Expected', 'QueryFilter', 'ScanFilter', 'KeyConditions'],
  ],
  ...checks,
  shape: [/failed to satisfy constraint/, []],
};
add(
  'dynamodb-local',
  {
    matches({ operation, request }, { ourText, theirText }) {
      const list = isTable(operation) ? tableChecks : localChecks;
      const alike = ['actions', 'throughput', 'unprojected', 'keySchema'];
      // So ends what stands for its own words about a member: known_local.mjs.
      if (theirText.endsWith('failed to satisfy constraint')) alike.push('shape');
      return isOrder(list, request, ourText, theirText, alike);
    },
  },
  reason,
);
