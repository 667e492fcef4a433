// Random expressions and the parameters that were there before them, valid and nearly so.
import { anyValue, names, valueOf, valuesOf } from './values.mjs';

export const comparators = ['=', '<>', '<', '<=', '>', '>='];
export const legacyOperators = [
  ...['EQ', 'NE', 'LT', 'LE', 'GT', 'GE', 'BETWEEN', 'IN', 'BEGINS_WITH', 'CONTAINS'],
  ...['NOT_CONTAINS', 'NULL', 'NOT_NULL'],
];
const keyOperators = ['EQ', 'LT', 'LE', 'GT', 'GE', 'BETWEEN'];
const scalars = ['S', 'N', 'B'];
const typesFor = (op) =>
  ({ EQ: ['S', 'N', 'B', 'SS', 'L'], NE: ['S', 'N', 'B', 'NS', 'L'], BEGINS_WITH: ['S', 'B'] })[
    op
  ] ?? scalars;
const operandCount = (op) => ({ BETWEEN: 2, IN: 2, NULL: 0, NOT_NULL: 0 })[op] ?? 1;

/** The expressions of one request; it gathers the values that they use. */
export class Expressions {
  #random;
  #otherNames;
  values = {};

  /** `otherNames` are attributes that the expressions are about now and then. */
  constructor(random, otherNames = []) {
    this.#random = random;
    this.#otherNames = otherNames;
  }

  placeholder(value = anyValue(this.#random)) {
    const name = `:v${Object.keys(this.values).length}`;
    this.values[name] = value;
    return name;
  }

  path() {
    const random = this.#random;
    if (this.#otherNames.length > 0 && random.oneIn(4)) return random.pick(this.#otherNames);
    const deep = ['m.x', 'm.y', 'm.x.y', 'l[0]', 'l[1]', 'l[9]', 's.x', 'a'];
    return random.pick([...names, ...names, ...deep]);
  }

  #operand(types) {
    const random = this.#random;
    if (random.oneIn(8)) return `size(${this.path()})`;
    if (random.oneIn(3)) return this.path();
    return this.placeholder(types ? valueOf(random, types) : anyValue(random));
  }

  #bounds() {
    const random = this.#random;
    if (random.oneIn(6)) return [this.#operand(scalars), this.#operand(scalars)];
    return valuesOf(random, scalars, 2).map((value) => this.placeholder(value));
  }

  condition(levels = 2) {
    const random = this.#random;
    if (levels > 0 && random.oneIn(3)) {
      const parts = random.some(2, 3, () => this.condition(levels - 1));
      return random.oneIn(4)
        ? `NOT (${parts.join(' OR ')})`
        : parts.join(random.pick([' AND ', ' OR ']));
    }
    const comparator = random.pick(comparators);
    const types = comparator.length === 1 && comparator !== '=' ? scalars : undefined;
    const forms = [
      () => `${this.path()} ${comparator} ${this.#operand(types)}`,
      () => `${this.#operand(types)} ${comparator} ${this.path()}`,
      () => `${this.path()} BETWEEN ${this.#bounds().join(' AND ')}`,
      () => `${this.path()} IN (${random.some(1, 3, () => this.#operand()).join(', ')})`,
      () => `attribute_exists(${this.path()})`,
      () => `attribute_not_exists(${this.path()})`,
      () => `begins_with(${this.path()}, ${this.placeholder(valueOf(random, ['S', 'B']))})`,
      () => `contains(${this.path()}, ${this.#operand()})`,
      () => `${this.path()} =`,
    ];
    return forms[random.oneIn(40) ? forms.length - 1 : random.below(forms.length - 1)]();
  }

  update() {
    const random = this.#random;
    const used = new Set();
    // Two changes of one attribute are refused, which is worth a try now and then.
    const target = () => {
      let path;
      do path = this.path();
      while (used.has(path.match(/\w+/)[0]) && !random.oneIn(15));
      used.add(path.match(/\w+/)[0]);
      return path;
    };
    const value = (...types) =>
      this.placeholder(types.length > 0 ? valueOf(random, types) : anyValue(random));
    const right = () =>
      random.pick([
        () => value(),
        () => this.path(),
        () => `${random.pick(['n', 'n', 'm.x', 'gone'])} ${random.pick(['+', '-'])} ${value('N')}`,
        () => `if_not_exists(${this.path()}, ${value()})`,
        () => `list_append(${random.pick(['l', 'l', 'm.y', 'gone'])}, ${value('L')})`,
      ])();
    const clauses = [
      () => `SET ${random.some(1, 2, () => `${target()} = ${right()}`).join(', ')}`,
      () => `REMOVE ${random.some(1, 2, target).join(', ')}`,
      () => `ADD ${target()} ${value('N', 'N', 'SS', 'NS')}`,
      () => `DELETE ${target()} ${value('SS', 'NS')}`,
    ].filter(() => random.oneIn(3));
    return clauses.map((make) => make()).join(' ');
  }

  #name() {
    const random = this.#random;
    return random.pick(this.#otherNames.length > 0 && random.oneIn(4) ? this.#otherNames : names);
  }

  #comparison() {
    const random = this.#random;
    const op = random.pick(legacyOperators);
    const count = operandCount(op);
    const least = random.oneIn(15) ? 0 : count;
    return {
      ComparisonOperator: op,
      AttributeValueList: valuesOf(random, typesFor(op), count).slice(0, least),
    };
  }

  legacyConditions() {
    return Object.fromEntries(this.#random.some(1, 2, () => [this.#name(), this.#comparison()]));
  }

  legacyExpected() {
    const random = this.#random;
    const expected = this.legacyConditions();
    if (random.oneIn(2))
      expected[this.#name()] = random.oneIn(2) ? { Exists: false } : { Value: anyValue(random) };
    const operator = random.oneIn(3) ? { ConditionalOperator: random.pick(['AND', 'OR']) } : {};
    return { Expected: expected, ...operator };
  }

  legacyUpdates() {
    const random = this.#random;
    const change = () =>
      random.pick([
        () => ({ Action: 'PUT', Value: anyValue(random) }),
        () => ({ Action: 'ADD', Value: valueOf(random, ['N', 'SS', 'NS', 'L']) }),
        () => ({ Action: 'DELETE', Value: valueOf(random, ['SS', 'NS']) }),
        () => ({ Action: 'DELETE' }),
        () => ({ Value: anyValue(random) }),
        () => (random.oneIn(4) ? { Action: random.pick(['PUT', 'ADD']) } : { Action: 'DELETE' }),
      ])();
    return Object.fromEntries(random.some(1, 3, () => [this.#name(), change()]));
  }

  /**
   * The conditions of a Query on a key of one or two attributes: [name, value] of the first, and of
   * the second the name and what makes a value.
   */
  keyCondition([hash, hashValue], [sort, sortValue]) {
    const random = this.#random;
    const first = `${hash} = ${this.placeholder(hashValue)}`;
    if (!sort || random.oneIn(2)) return first;
    const makeValue = () => (random.oneIn(15) ? anyValue(random) : sortValue());
    const value = () => this.placeholder(makeValue());
    const isNumber = 'N' in sortValue();
    const forms = [
      ...['=', '<', '<=', '>', '>='].map((op) => () => `${sort} ${op} ${value()}`),
      () => `${sort} BETWEEN ${value()} AND ${value()}`,
      () => (isNumber && !random.oneIn(5) ? `${sort} = ` : `begins_with(${sort}, `) + value(),
    ];
    if (random.oneIn(20)) return `${first} AND ${sort} <> ${value()}`;
    const form = random.pick(forms)();
    return `${first} AND ${form}${form.startsWith('begins') ? ')' : ''}`;
  }

  /** As keyCondition, as KeyConditions. */
  legacyKeyCondition([hash, hashValue], [sort, sortValue]) {
    const random = this.#random;
    const conditions = {
      [hash]: { ComparisonOperator: 'EQ', AttributeValueList: [hashValue] },
    };
    if (sort && random.oneIn(2)) {
      const op = random.pick(random.oneIn(6) ? legacyOperators : keyOperators);
      const count = operandCount(op);
      const AttributeValueList = random.some(count, count, sortValue);
      conditions[sort] = { ComparisonOperator: op, AttributeValueList };
    }
    return conditions;
  }
}
