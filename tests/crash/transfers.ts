// Transfers between accounts of two tables, each one transaction with a receipt; and what must
// hold of balances and receipts at any moment.
import { randomUUID } from 'node:crypto';
import type { Json } from '../api/support/call.ts';
import type { Random } from '../api/support/random.ts';
import { errorName, must, observe, request, settled, Unanswered } from './client.ts';
import type { Load } from './load.ts';
import { attributes, createTableRequest, index, type TableSchema } from './schema.ts';

const accountsPerTable = 8;
const firstBalance = 1000;

export const accountTables: TableSchema[] = ['accounts-1', 'accounts-2'].map((name) => ({
  name,
  keys: attributes('id:S'),
  attributes: attributes('balance:N'),
  indexes: [index('global', 'of-balance', 'balance:N / id:S', 'ALL')],
}));
export const receipts: TableSchema = {
  name: 'receipts',
  keys: attributes('id:S'),
  attributes: [],
  indexes: [],
};

interface Account {
  table: string;
  id: string;
}

const accounts: Account[] = accountTables.flatMap(({ name: table }) =>
  Array.from({ length: accountsPerTable }, (_, at) => ({ table, id: `account-${at}` })),
);
const total = accounts.length * firstBalance;
const nameOf = ({ table, id }: Account) => `${table}/${id}`;

/** One transfer as it is sent, again and again until it is answered. */
interface Sent {
  id: string;
  body: Json;
}

/** Every account and receipt as a server has them. */
export interface Books {
  /** By the names of accounts. */
  balances: Map<string, number>;
  receipts: { id: string; from: string; to: string; amount: number }[];
}

export class Transfers {
  /** Acknowledged ones. */
  private readonly done = new Set<string>();
  /** Those that were sent, and of which nothing is known. */
  private unanswered: Sent[] = [];
  /** Moments at which readers saw all accounts. */
  reads = 0;
  refused = 0;
  retried = 0;

  get count(): number {
    return this.done.size;
  }

  async create(endpoint: string): Promise<void> {
    for (const schema of [...accountTables, receipts]) {
      await must(endpoint, 'CreateTable', createTableRequest(schema));
      await settled(endpoint, schema.name);
    }
    for (const { table, id } of accounts) {
      const Item = { id: { S: id }, balance: { N: String(firstBalance) } };
      await must(endpoint, 'PutItem', { TableName: table, Item });
    }
  }

  async transfer(load: Load): Promise<void> {
    const sent = this.draw(load.random);
    this.unanswered.push(sent);
    await this.send(load.endpoint, sent);
    load.acknowledged(1);
  }

  /** Sends what was not answered, with the token that it had. */
  async sendAgain(endpoint: string): Promise<void> {
    for (const sent of [...this.unanswered]) {
      await this.send(endpoint, sent);
      this.retried += 1;
    }
  }

  async read(load: Load): Promise<void> {
    const TransactItems = accounts.map(({ table, id }) => ({
      Get: { TableName: table, Key: { id: { S: id } } },
    }));
    const { Responses: found } = await must(load.endpoint, 'TransactGetItems', { TransactItems });
    const sum = found.reduce((all: number, { Item }: Json) => all + Number(Item.balance.N), 0);
    if (sum !== total) throw new Error(`a reader saw ${sum} in all accounts, not ${total}`);
    this.reads += 1;
  }

  private draw(random: Random): Sent {
    const from = random.pick(accounts);
    const to = random.pick(accounts.filter((account) => account !== from));
    const amount = random.between(1, 300);
    const id = randomUUID();
    const move = ({ table, id: account }: Account, sign: '+' | '-') => ({
      Update: {
        TableName: table,
        Key: { id: { S: account } },
        UpdateExpression: `SET balance = balance ${sign} :n`,
        ...(sign === '-' ? { ConditionExpression: 'balance >= :n' } : {}),
        ExpressionAttributeValues: { ':n': { N: String(amount) } },
      },
    });
    const Item = {
      id: { S: id },
      from: { S: nameOf(from) },
      to: { S: nameOf(to) },
      amount: { N: String(amount) },
    };
    const receipt = { Put: { TableName: receipts.name, Item } };
    const TransactItems = [move(from, '-'), move(to, '+'), receipt];
    return { id, body: { TransactItems, ClientRequestToken: id } };
  }

  private async send(endpoint: string, sent: Sent): Promise<void> {
    const answer = await request(endpoint, 'TransactWriteItems', sent.body);
    // A server that is going down may say so.
    if (answer.status === 500) throw new Unanswered('500');
    this.unanswered = this.unanswered.filter((other) => other !== sent);
    if (answer.status === 200) {
      this.done.add(sent.id);
      return;
    }
    const codes = answer.body.CancellationReasons?.map((reason: Json) => reason.Code).join();
    if (errorName(answer) !== 'TransactionCanceledException')
      throw new Error(`a transfer: ${answer.text}`);
    if (codes !== 'ConditionalCheckFailed,None,None') throw new Error(`a transfer: ${codes}`);
    this.refused += 1;
  }

  /** What is wrong with the books. Nothing may be under way. */
  check(books: Books): string[] {
    const problems: string[] = [];
    const expected = new Map(accounts.map((account) => [nameOf(account), firstBalance]));
    const add = (name: string, amount: number) =>
      expected.set(name, (expected.get(name) ?? NaN) + amount);
    for (const { from, to, amount } of books.receipts) {
      add(from, -amount);
      add(to, amount);
    }
    for (const [name, balance] of expected)
      if (books.balances.get(name) !== balance)
        problems.push(`${name} has ${books.balances.get(name)}, its receipts say ${balance}`);
    const found = new Set(books.receipts.map(({ id }) => id));
    for (const id of this.done) if (!found.has(id)) problems.push(`transfer ${id} is lost`);
    const open = new Set(this.unanswered.map(({ id }) => id));
    for (const id of found)
      if (!this.done.has(id) && !open.has(id)) problems.push(`transfer ${id} was refused`);
    return problems;
  }
}

export async function readBooks(endpoint: string): Promise<Books> {
  const books: Books = { balances: new Map(), receipts: [] };
  for (const { name } of accountTables) {
    const { items, rows } = await observe(endpoint, name);
    const indexed = new Map(rows.get('of-balance')!.map((row: Json) => [row.id.S, row.balance.N]));
    for (const { id, balance } of items as Json[]) {
      const isSame = indexed.get(id.S) === balance.N && indexed.size === items.length;
      books.balances.set(`${name}/${id.S}`, isSame ? Number(balance.N) : NaN);
    }
  }
  const { items } = await observe(endpoint, receipts.name);
  for (const { id, from, to, amount } of items as Json[])
    books.receipts.push({ id: id.S, from: from.S, to: to.S, amount: Number(amount.N) });
  return books;
}
