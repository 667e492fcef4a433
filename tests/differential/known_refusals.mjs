// Known differences in what is refused, and how.
import { messageOf } from './describe.mjs';
import { others, writes, reads, without, same, lines, messages, passes, add } from './known.mjs';

add(
  'dynoxide',
  messages((our, their) => [our, their.replace(/^1 validation error detected: (?!Value)/, '')]),
  'The prefix is given to lists of constraints alone: docs/compatibility.md.',
);
const letters = { NUMBER: 'N', STRING: 'S', BINARY: 'B', LIST: 'L', MAP: 'M', BOOLEAN: 'BOOL' };
add(
  'dynoxide',
  messages((our, their) => [
    our,
    their.replace(
      /(operator or function: .*type: )(\w+)$/,
      (_all, start, type) => start + (letters[type] ?? type),
    ),
  ]),
  "It spells types out where AWS's parser in DynamoDB Local gives the letters of the Guide.",
);
const bounds =
  /(BETWEEN operator requires (?:same data type|upper bound) .*?; )lower bound operand: .*$/;
add(
  others,
  messages((our, their) => [our.replace(bounds, '$1'), their.replace(bounds, '$1')]),
  'How the bounds of a BETWEEN are printed in a message is not documented.',
);
const overlap = /(Two document paths \w+ with .*); path one: \[(.*)\], path two: \[(.*)\]$/;
const pathsInOrder = (text) =>
  text.replace(overlap, (_all, start, ...paths) => [start, ...paths.slice(0, 2).sort()].join('; '));
add(
  'dynoxide',
  messages((our, their) => [pathsInOrder(our), pathsInOrder(their)]),
  'Which of two paths that overlap is named first is not documented; ours are in the order of the expression.',
);

const constraints = (text) =>
  /failed to satisfy constraint/.test(text)
    ? text
        .replace(/^\d+ validation errors? detected: /, '')
        .split('; ')
        .sort()
    : undefined;
add(
  'dynoxide',
  {
    rewrite(_test, { ours, theirs }) {
      const [our, their] = [ours, theirs].map(({ body }) => constraints(messageOf(body)));
      if (!our || !their?.every((each) => our.includes(each))) return undefined;
      return { ours, theirs: ours };
    },
  },
  'How many constraints are listed that a request breaks, and in which order, is not documented.',
);

// What the peers let pass.

const operators =
  /(Condition|Filter|KeyCondition)Expression: Incorrect operand type .*function: (<|<=|>|>=|BETWEEN|begins_with), operand/;
add(
  others,
  lines([...writes, ...reads], operators, passes),
  "It compares values that have no order, as false; DynamoDB Local, whose parser is AWS's, refuses them.",
);
add(
  others,
  lines(
    [...writes, ...reads],
    /Incorrect operand type .*function: BETWEEN, operand/,
    /The BETWEEN operator requires same data type/,
  ),
  "It compares the types of two bounds before it looks at each; AWS's parser in DynamoDB Local looks at each first.",
);
add(
  'dynoxide',
  lines(
    [...writes, ...reads],
    /The first operand must be distinct.*operator: (IN|BETWEEN|if_not_exists|[<>=]+),/,
    passes,
  ),
  'It compares a path with itself; DynamoDB Local refuses it.',
);
add(
  'dynoxide',
  lines(
    [...reads, ...writes],
    /(Filter|Condition)Expression: (The BETWEEN operator requires|An expression attribute value used)/,
    passes,
  ),
  'It looks at the values of a filter, and of some conditions, when it comes to them; ours are looked at first.',
);
add(
  others,
  lines(
    writes,
    /is not valid for \w+ AttributeValue type|inside AttributeValueList must be/,
    passes,
  ),
  'It does not look at the types in Expected; in filters it does, and DynamoDB Local in both.',
);
add(
  'dynoxide',
  lines(
    reads,
    /inside AttributeValueList must be of same type|Operator (BETWEEN|IN) is not valid for/,
    passes,
  ),
  'It takes values of several types in one condition; DynamoDB Local refuses them.',
);
add(
  others,
  lines(
    [...writes, ...reads],
    /ConditionalOperator can(not be used without| only be used when)/,
    passes,
  ),
  'It ignores a ConditionalOperator that joins nothing; DynamoDB Local refuses it.',
);
add(
  others,
  lines(reads, /when choosing to get|ALL_PROJECTED_ATTRIBUTES can be used only/, /^200 /),
  'It takes any Select beside any projection; the API reference (Select) says what goes together.',
);
add(
  others,
  lines(reads, /Global secondary index [\w-]+ does not project/, /^200 /),
  'Guide, "Global secondary indexes": only attributes that are projected can be requested of one.',
);
add(
  others,
  lines(reads, /Secondary index [\w-]+ does not project one or more filter attributes/, /^200 /),
  'It takes what is not projected for missing; users report that the service refuses such filters.',
);
add(
  others,
  {
    matches: (test, { ours, theirs }) =>
      reads.includes(test.operation) &&
      test.request.IndexName === 'lsi-d' &&
      same(
        without(ours, 'Items', 'ConsumedCapacity'),
        without(theirs, 'Items', 'ConsumedCapacity'),
      ),
  },
  'Guide, "Local secondary indexes": attributes that are not projected are fetched from the table, which costs more.',
);
add(
  others,
  lines(
    ['PutItem', 'UpdateItem'],
    /Size limit exceeded for Index Key/,
    /^200 |ConditionalCheckFailed/,
  ),
  'Guide, "Quotas and limits": 2,048 bytes for a partition key, 1,024 for a sort key, of indexes too.',
);
add(
  'dynalite',
  lines(
    ['PutItem', 'UpdateItem'],
    /secondary index key .*(empty string|empty binary) value/,
    passes,
  ),
  'API, PutItem: an attribute that is a key of an index must not be empty.',
);
add(
  'dynoxide',
  lines(
    ['UpdateItem'],
    /Key attributes must be scalars; .* IndexKey: \w+$/,
    /document path provided|ConditionalCheckFailed|^200 /,
  ),
  'A path into the key of an index; DynamoDB Local refuses it before it looks at the item.',
);
add(
  others,
  lines(
    ['UpdateItem'],
    /secondary index key to unsupported type|document path provided/,
    /Type mismatch for Index Key|ConditionalCheckFailed|secondary index key to unsupported type/,
  ),
  'A value from the item has the wrong type for an index key; the message is not documented.',
);
add(
  'dynoxide',
  lines(
    ['UpdateItem'],
    /Type mismatch for Index Key|Cannot update attribute/,
    /ConditionalCheckFailed|not exist in the item|incorrect data type|document path provided|Type mismatch for attribute/,
  ),
  'Whether a bad value, or what is wrong with the item that is there, is named first is not documented.',
);
/** Whether an update is about several attributes of index keys. */
function namesSeveral({ AttributeUpdates, UpdateExpression }) {
  const names = UpdateExpression?.match(/\b[cdge]\b/g) ?? Object.keys(AttributeUpdates ?? {});
  return new Set(names.filter((name) => 'cdge'.includes(name))).size > 1;
}

const indexKeyType =
  /(Type mismatch for Index Key (\w+) Expected: \w Actual: \w+)( IndexName: [\w-]+)?$/;
add(
  'dynalite',
  lines(
    ['UpdateItem'],
    /ConditionalCheckFailed|400 ValidationException: .* (item|type|update|elements)$/,
    indexKeyType,
  ),
  'Whether a bad value, a bad path or a failed condition is named first is not documented.',
);
add(
  others,
  messages((our, their) => [our.replace(indexKeyType, '$1'), their.replace(indexKeyType, '$1')]),
  'Which of several indexes is named that an attribute is a key of is not documented.',
);
add(
  'dynalite',
  {
    matches: ({ operation, request }, { ourText, theirText }) =>
      operation === 'UpdateItem' &&
      namesSeveral(request) &&
      [ourText, theirText].every((text) => /Type mismatch for Index Key \w+ Expected/.test(text)),
  },
  'Which of several bad values of index keys is named is not documented; ours is that of the first index by name.',
);
add(
  'dynalite',
  lines(['UpdateItem'], /^200 /, indexKeyType),
  'It refuses if_not_exists(c, :value) for the value, also where the attribute is there and the value is not used.',
);

// Messages.

add(
  'dynoxide',
  lines(
    [...writes, ...reads],
    /Invalid \w+Expression: Syntax error/,
    /Invalid \w+Expression: (Expected|Unexpected)|unused in expressions/,
  ),
  "Its messages about syntax are its own; ours are those of AWS's parser in DynamoDB Local.",
);
add(
  'dynalite',
  lines(
    [...writes, ...reads],
    /Invalid \w+Expression: Syntax error/,
    /Invalid \w+Expression: Syntax error/,
  ),
  "Its neighbourhood of a syntax error differs from that of AWS's parser in DynamoDB Local.",
);
const primary = /(only contain non-primary key attributes: Primary key attribute: ).*$/;
add(
  'dynoxide',
  messages((our, their) => [our.replace(primary, '$1'), their.replace(primary, '$1')]),
  'Which of two key attributes in a filter is named is not documented; ours is the first in the key schema.',
);
const undefinedValue = /^(?:Invalid \w+Expression: )?(An expression attribute value used .*);.*/;
add(
  'dynoxide',
  messages((our, their) => [
    our.replace(undefinedValue, '$1'),
    their.replace(undefinedValue, '$1'),
  ]),
  'It names another value that is not defined, and not the expression; DynamoDB Local does.',
);
add(
  'dynoxide',
  messages((our, their) => [
    our,
    their.replace(/(\w+) is null and (\w+) is null/, '$1 and $2 are null'),
  ]),
  'Its wording where no expression is given is its own.',
);
add(
  'dynoxide',
  lines(
    reads,
    /Invalid operator used in KeyConditionExpression: <>/,
    /Unexpected operator in KeyConditionExpression: <>/,
  ),
  'Its message about <> in a key condition is its own; dynalite and DynamoDB Local agree with ours.',
);
add(
  'dynoxide',
  lines(
    ['Query'],
    /Invalid KeyConditionExpression: Incorrect/,
    /Query condition missed key schema/,
  ),
  'Whether a key that has no condition or the type of an operand is named first is not documented.',
);
add(
  'dynoxide',
  lines(reads, /not an indexable operation/, /Unsupported KeyConditions ComparisonOperator/),
  'Its message about operators of KeyConditions is its own; dynalite and DynamoDB Local agree with ours.',
);
add(
  'dynoxide',
  lines(
    reads,
    /The BETWEEN condition was provided a range/,
    /The BETWEEN operator requires upper bound/,
  ),
  'It answers KeyConditions as KeyConditionExpression; dynalite and DynamoDB Local agree with ours.',
);
add(
  'dynoxide',
  lines(reads, /Condition parameter type does not match schema type/, /^200 /),
  'API, Query: the value of a key condition has the type of the key.',
);
add(
  'dynoxide',
  lines(
    ['Query'],
    /The provided starting key (does not match the range|is outside query)/,
    /^200 /,
  ),
  'It takes a start key that the key condition excludes; dynalite and DynamoDB Local refuse it.',
);
add(
  others,
  lines(
    reads,
    /The provided starting key is invalid/,
    /starting key|key element does not match|Key: \w+$|^200 /,
  ),
  'Its messages about a start key of the wrong shape, type or length are its own.',
);
add(
  others,
  lines(
    writes,
    /ReturnValues can only be ALL_OLD or NONE$/,
    /'returnValues'|^200 |ConditionalCheckFailed/,
  ),
  'API, DeleteItem (ReturnValues): only NONE and ALL_OLD; the message is that of PutItem.',
);
add(
  'dynoxide',
  lines(
    [...writes, ...reads],
    /Invalid number of argument\(s\)/,
    /must be used with ComparisonOperator/,
  ),
  'Its message about an empty AttributeValueList is its own; dynalite and DynamoDB Local agree with ours.',
);
add(
  'dynoxide',
  lines(['UpdateItem'], /document path provided in the update/, /^200 |incorrect data type/),
  'A REMOVE or DELETE of a path whose parent is missing; dynalite and DynamoDB Local refuse it.',
);
add(
  'dynoxide',
  lines(
    ['UpdateItem'],
    /An operand in the update expression has an incorrect/,
    /list_append requires|must be numbers/,
  ),
  'Its messages about operands are its own; dynalite and DynamoDB Local agree with ours.',
);
