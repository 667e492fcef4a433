// The whole of what the test keeps on the server: its tables, their models, its writers.
import { createRequest, must, observe, settled, tableNames, Unanswered } from './client.ts';
import { ContendedKeys, OwnKeysWriter, TableChurn, type Load } from './load.ts';
import { TableModel } from './model.ts';

const writersPerTable = 8;
const contenders = 6;

export class World {
  readonly models = [
    new TableModel({ name: 'people', keys: [{ name: 'id', type: 'S' }] }),
    new TableModel({
      name: 'events',
      keys: [
        { name: 'source', type: 'S' },
        { name: 'at', type: 'N' },
      ],
    }),
    new TableModel({ name: 'blocks', keys: [{ name: 'hash', type: 'B' }] }),
  ];
  private readonly contended = new ContendedKeys('counters', ['a', 'b', 'c']);
  private readonly churn = new TableChurn(['churn-1', 'churn-2', 'churn-3']);

  async create(endpoint: string): Promise<void> {
    const counters = { name: this.contended.table, keys: [{ name: 'id', type: 'S' as const }] };
    for (const schema of [...this.models.map((model) => model.schema), counters]) {
      await must(endpoint, 'CreateTable', createRequest(schema));
      await settled(endpoint, schema.name);
    }
  }

  /** Writes until the server is gone. `gone` tells whether that was meant. */
  async write(load: Load, gone: () => boolean): Promise<void> {
    const steps: (() => Promise<void>)[] = [];
    for (const model of this.models) {
      for (let writer = 1; writer <= writersPerTable; ++writer) {
        const own = new OwnKeysWriter(load, model, writer);
        steps.push(() => own.step());
      }
    }
    for (let writer = 0; writer < contenders; ++writer) {
      steps.push(() => this.contended.step(load));
    }
    steps.push(() => this.churn.step(load));
    await Promise.all(steps.map((step) => untilUnanswered(step, gone)));
  }

  /** Everything that is wrong with what the server holds. What is found becomes the truth. */
  async check(endpoint: string): Promise<string[]> {
    const problems: string[] = [];
    for (const model of this.models) {
      const { name } = model.schema;
      if (await settled(endpoint, name))
        problems.push(...model.check(await observe(endpoint, name)));
      else problems.push(`the table ${name} is lost`);
    }
    problems.push(...this.contended.check(await observe(endpoint, this.contended.table)));
    problems.push(...(await this.churn.check(endpoint)));
    const expected = [
      ...this.models.map((model) => model.schema.name),
      this.contended.table,
      ...this.churn.present(),
    ];
    const listed = await tableNames(endpoint);
    if (listed.join() !== expected.sort().join()) {
      problems.push(`the tables listed are ${listed}, not ${expected}`);
    }
    return problems;
  }
}

async function untilUnanswered(step: () => Promise<void>, gone: () => boolean): Promise<void> {
  for (;;) {
    try {
      await step();
    } catch (error) {
      if (error instanceof Unanswered && gone()) return;
      throw error;
    }
  }
}
