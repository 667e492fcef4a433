// Random requests, valid and nearly so, about one item of one table.

export const table = {
  TableName: 'Differential',
  AttributeDefinitions: [
    { AttributeName: 'a', AttributeType: 'S' },
    { AttributeName: 'b', AttributeType: 'N' },
  ],
  KeySchema: [
    { AttributeName: 'a', KeyType: 'HASH' },
    { AttributeName: 'b', KeyType: 'RANGE' },
  ],
  BillingMode: 'PAY_PER_REQUEST',
};

export const key = { a: { S: 'k' }, b: { N: '1' } };

const names = ['s', 'n', 'l', 'm', 'ss', 'ns', 'yes', 'gone'];
const comparators = ['=', '<>', '<', '<=', '>', '>='];
const legacyOperators = [
  ...['EQ', 'NE', 'LT', 'LE', 'GT', 'GE', 'BETWEEN', 'IN', 'BEGINS_WITH', 'CONTAINS'],
  ...['NOT_CONTAINS', 'NULL', 'NOT_NULL'],
];

export class Generator {
  #random;
  #values;

  constructor(random) {
    this.#random = random;
  }

  /** { before, operation, request }: `before` is the item that is there, or null. */
  next() {
    const random = this.#random;
    this.#values = {};
    const before = random.oneIn(6) ? null : { ...key, ...this.attributes() };
    const operation = random.pick([
      'PutItem',
      'UpdateItem',
      'UpdateItem',
      'DeleteItem',
      'GetItem',
      'Query',
      'Scan',
    ]);
    const request = { TableName: table.TableName, ...this.#request(operation) };
    const used = Object.keys(this.#values);
    if (used.length > 0) request.ExpressionAttributeValues = this.#values;
    // A request with one member too few is as good a question as any.
    if (random.oneIn(25)) delete request[random.pick(Object.keys(request))];
    return { before, operation, request };
  }

  value(levels = 1) {
    const random = this.#random;
    const text = () => random.pick(['', 'a', 'b', 'ab', 'abc']);
    const number = () => random.pick(['0', '1', '2', '-1', '1.5', '10', '1e2', '007']);
    const kinds = [
      () => ({ S: text() }),
      () => ({ N: number() }),
      () => ({ BOOL: random.oneIn(2) }),
      () => ({ NULL: true }),
      () => ({ B: random.pick(['', 'YQ==', 'YWI=']) }),
      () => ({ SS: [...new Set(random.some(1, 3, text))] }),
      () => ({ NS: [...new Set(random.some(1, 3, () => random.pick(['0', '1', '2', '10'])))] }),
    ];
    if (levels > 0) {
      kinds.push(
        () => ({ L: random.some(0, 3, () => this.value(levels - 1)) }),
        () => ({
          M: Object.fromEntries(
            random.some(0, 3, () => [random.pick(['x', 'y']), this.value(levels - 1)]),
          ),
        }),
      );
    }
    return random.pick(kinds)();
  }

  attributes() {
    const random = this.#random;
    const own = {
      s: () => ({ S: random.pick(['a', 'ab', 'abc']) }),
      n: () => ({ N: random.pick(['0', '1', '5']) }),
      l: () => ({ L: random.some(0, 3, () => this.value(1)) }),
      m: () => ({ M: { x: this.value(1), y: this.value(1) } }),
      ss: () => ({ SS: ['a', 'b'] }),
      ns: () => ({ NS: ['1', '2'] }),
      yes: () => ({ BOOL: true }),
    };
    return Object.fromEntries(
      Object.entries(own)
        .filter(() => !random.oneIn(3))
        .map(([name, make]) => [name, make()]),
    );
  }

  #request(operation) {
    const random = this.#random;
    const legacy = random.oneIn(4);
    switch (operation) {
      case 'PutItem':
        return {
          Item: { ...key, ...this.attributes() },
          ...this.#condition(legacy),
          ...this.#returns(),
        };
      case 'DeleteItem':
        return { Key: key, ...this.#condition(legacy), ...this.#returns() };
      case 'UpdateItem':
        return {
          Key: key,
          ...this.#update(legacy),
          ...this.#condition(legacy),
          ...this.#returns(),
        };
      case 'GetItem':
        return { Key: key, ConsistentRead: true, ...this.#projection(legacy) };
      case 'Query':
        return {
          ...this.#keyCondition(legacy),
          ...this.#filter(legacy, 'QueryFilter'),
          ...this.#projection(legacy),
        };
      default:
        return { ...this.#filter(legacy, 'ScanFilter'), ...this.#projection(legacy) };
    }
  }

  #returns() {
    const random = this.#random;
    if (!random.oneIn(2)) return {};
    return {
      ReturnValues: random.pick([
        'NONE',
        'ALL_OLD',
        'ALL_OLD',
        'ALL_NEW',
        'UPDATED_OLD',
        'UPDATED_NEW',
      ]),
    };
  }

  #placeholder() {
    const name = `:v${Object.keys(this.#values).length}`;
    this.#values[name] = this.value();
    return name;
  }

  path() {
    const random = this.#random;
    return random.pick([
      ...names,
      ...names,
      'm.x',
      'm.y',
      'm.x.y',
      'l[0]',
      'l[1]',
      'l[9]',
      's.x',
      'a',
    ]);
  }

  #operand() {
    const random = this.#random;
    if (random.oneIn(8)) return `size(${this.path()})`;
    return random.oneIn(3) ? this.path() : this.#placeholder();
  }

  #conditionText(levels) {
    const random = this.#random;
    if (levels > 0 && random.oneIn(3)) {
      const parts = random.some(2, 3, () => this.#conditionText(levels - 1));
      return random.oneIn(4)
        ? `NOT (${parts.join(' OR ')})`
        : parts.join(random.pick([' AND ', ' OR ']));
    }
    const forms = [
      () => `${this.#operand()} ${random.pick(comparators)} ${this.#operand()}`,
      () => `${this.path()} BETWEEN ${this.#operand()} AND ${this.#operand()}`,
      () => `${this.path()} IN (${random.some(1, 3, () => this.#operand()).join(', ')})`,
      () => `attribute_exists(${this.path()})`,
      () => `attribute_not_exists(${this.path()})`,
      () => `begins_with(${this.path()}, ${this.#placeholder()})`,
      () => `contains(${this.path()}, ${this.#operand()})`,
      () => `${this.path()} =`,
    ];
    return forms[random.oneIn(40) ? forms.length - 1 : random.below(forms.length - 1)]();
  }

  #comparison() {
    const random = this.#random;
    const op = random.pick(legacyOperators);
    const count = { BETWEEN: 2, IN: 2, NULL: 0, NOT_NULL: 0 }[op] ?? 1;
    const least = random.oneIn(15) ? 0 : count;
    return {
      ComparisonOperator: op,
      AttributeValueList: random.some(least, count, () => this.value()),
    };
  }

  #legacyConditions() {
    const random = this.#random;
    return Object.fromEntries(random.some(1, 2, () => [random.pick(names), this.#comparison()]));
  }

  #condition(legacy) {
    const random = this.#random;
    if (random.oneIn(2)) return {};
    if (!legacy) return { ConditionExpression: this.#conditionText(2) };
    const expected = this.#legacyConditions();
    if (random.oneIn(2))
      expected[random.pick(names)] = random.oneIn(2) ? { Exists: false } : { Value: this.value() };
    const operator = random.oneIn(3) ? { ConditionalOperator: random.pick(['AND', 'OR']) } : {};
    return { Expected: expected, ...operator };
  }

  #filter(legacy, parameter) {
    if (this.#random.oneIn(2)) return {};
    return legacy
      ? { [parameter]: this.#legacyConditions() }
      : { FilterExpression: this.#conditionText(2) };
  }

  #projection(legacy) {
    const random = this.#random;
    if (random.oneIn(2)) return {};
    const paths = random.some(1, 3, () => this.path());
    return legacy ? { AttributesToGet: paths } : { ProjectionExpression: paths.join(', ') };
  }

  #keyCondition(legacy) {
    const random = this.#random;
    const sort = () => ({ N: random.pick(['0', '1', '2']) });
    if (legacy) {
      const conditions = { a: { ComparisonOperator: 'EQ', AttributeValueList: [key.a] } };
      if (random.oneIn(2)) {
        const op = random.pick(legacyOperators);
        const count = { BETWEEN: 2, IN: 2, NULL: 0, NOT_NULL: 0 }[op] ?? 1;
        conditions.b = {
          ComparisonOperator: op,
          AttributeValueList: random.some(count, count, sort),
        };
      }
      return { KeyConditions: conditions };
    }
    this.#values[':a'] = key.a;
    if (random.oneIn(2)) return { KeyConditionExpression: 'a = :a' };
    this.#values[':b'] = random.oneIn(10) ? this.value() : sort();
    const form = random.pick([
      ...comparators.map((op) => `b ${op} :b`),
      'b BETWEEN :b AND :b',
      'begins_with(b, :b)',
    ]);
    return { KeyConditionExpression: `a = :a AND ${form}` };
  }

  #update(legacy) {
    const random = this.#random;
    if (legacy) {
      const change = () => ({
        ...(random.oneIn(8) ? {} : { Action: random.pick(['PUT', 'ADD', 'DELETE']) }),
        ...(random.oneIn(6) ? {} : { Value: this.value() }),
      });
      return {
        AttributeUpdates: Object.fromEntries(
          random.some(1, 3, () => [random.pick(names), change()]),
        ),
      };
    }
    const right = () =>
      random.pick([
        () => this.#placeholder(),
        () => this.path(),
        () => `${this.path()} ${random.pick(['+', '-'])} ${this.#placeholder()}`,
        () => `if_not_exists(${this.path()}, ${this.#placeholder()})`,
        () => `list_append(${this.path()}, ${this.#placeholder()})`,
      ])();
    const clauses = [
      () => `SET ${random.some(1, 2, () => `${this.path()} = ${right()}`).join(', ')}`,
      () => `REMOVE ${random.some(1, 2, () => this.path()).join(', ')}`,
      () => `ADD ${this.path()} ${this.#placeholder()}`,
      () => `DELETE ${this.path()} ${this.#placeholder()}`,
    ].filter(() => random.oneIn(3));
    const text = clauses.map((make) => make()).join(' ');
    return text === '' && random.oneIn(2) ? {} : { UpdateExpression: text || 'REMOVE gone' };
  }
}
