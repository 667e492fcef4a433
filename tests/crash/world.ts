// The whole of what the test keeps on the server: its tables, their models, its writers.
import { must, observe, settled, tableNames } from './client.ts';
import { ContendedKeys } from './contended_keys.ts';
import { IndexChurn } from './index_churn.ts';
import { OwnKeysWriter, repeat, type Load } from './load.ts';
import { TableModel } from './model.ts';
import { createTableRequest } from './schema.ts';
import { TableChurn } from './table_churn.ts';
import { blocks, counters, events, laterIndexes, people } from './tables.ts';

const writersPerTable = 8;
const contenders = 6;

export class World {
  readonly models = [people, events, blocks].map((schema) => new TableModel(schema));
  private readonly contended = new ContendedKeys(counters, ['a', 'b', 'c']);
  private readonly tableChurn = new TableChurn(['churn-1', 'churn-2', 'churn-3']);
  private readonly indexChurn = new IndexChurn(this.models[0], laterIndexes);

  async create(endpoint: string): Promise<void> {
    for (const schema of [people, events, blocks, counters]) {
      await must(endpoint, 'CreateTable', createTableRequest(schema));
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
    steps.push(() => this.tableChurn.step(load));
    steps.push(() => this.indexChurn.step(load));
    const ends = { gone, done: () => false };
    await Promise.all(steps.map((step) => repeat(step, ends)));
  }

  /** Everything that is wrong with what the server holds. What is found becomes the truth. */
  async check(endpoint: string): Promise<string[]> {
    const problems = await this.indexChurn.check(endpoint);
    for (const model of this.models) {
      const { name } = model.schema;
      if (await settled(endpoint, name))
        problems.push(...model.check(await observe(endpoint, name)));
      else problems.push(`the table ${name} is lost`);
    }
    problems.push(...this.contended.check(await observe(endpoint, counters.name)));
    problems.push(...(await this.tableChurn.check(endpoint)));
    const expected = [
      ...this.models.map((model) => model.schema.name),
      counters.name,
      ...this.tableChurn.present(),
    ];
    const listed = await tableNames(endpoint);
    if (listed.join() !== expected.sort().join()) {
      problems.push(`the tables listed are ${listed}, not ${expected}`);
    }
    return problems;
  }
}
