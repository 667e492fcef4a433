// The tables under load and their indexes: local and global ones, each way of showing attributes,
// keys of every type, of the table's own key attributes, and of several attributes.
import { attributes, index, type IndexSchema, type TableSchema } from './schema.ts';

export const people: TableSchema = {
  name: 'people',
  keys: attributes('id:S'),
  attributes: attributes('team:S city:S rank:N badge:B'),
  indexes: [
    index('global', 'of-team', 'team:S / rank:N', 'ALL'),
    index('global', 'of-rank', 'rank:N', 'KEYS_ONLY'),
    index('global', 'of-badge', 'badge:B / id:S', ['number', 'tree', 'left']),
    index('global', 'of-team-and-city', 'team:S city:S / rank:N badge:B', ['text']),
  ],
};

/** Indexes that are made later, one after the other, under one name. */
export const laterIndexes: IndexSchema[] = [
  index('global', 'later', 'team:S / rank:N', 'ALL'),
  index('global', 'later', 'rank:N', 'KEYS_ONLY'),
  index('global', 'later', 'team:S city:S / badge:B rank:N', ['number', 'right']),
  index('global', 'later', 'city:S / team:S', ['left']),
];

export const events: TableSchema = {
  name: 'events',
  keys: attributes('source:S at:N'),
  attributes: attributes('kind:S rank:N digest:B'),
  indexes: [
    index('local', 'by-kind', 'source:S / kind:S', 'KEYS_ONLY'),
    index('local', 'by-rank', 'source:S / rank:N', ['text', 'left']),
    index('local', 'by-digest', 'source:S / digest:B', 'ALL'),
    index('global', 'of-kind', 'kind:S / at:N', 'ALL'),
    index('global', 'of-rank', 'rank:N / source:S', ['tree']),
    index('global', 'of-all', 'digest:B source:S / kind:S rank:N at:N', 'KEYS_ONLY'),
  ],
};

export const blocks: TableSchema = {
  name: 'blocks',
  keys: attributes('hash:B'),
  attributes: [],
  indexes: [],
};

/** Every write to it moves a row of the index. */
export const counters: TableSchema = {
  name: 'counters',
  keys: attributes('id:S'),
  attributes: [],
  indexes: [index('global', 'of-version', 'version:N / id:S', 'ALL')],
};

/** A table that comes and goes. */
export function churned(name: string): TableSchema {
  return {
    name,
    keys: attributes('id:S'),
    attributes: attributes('team:S rank:N'),
    indexes: [index('global', 'of-team', 'team:S / rank:N', ['number'])],
  };
}

/** A table of several thousand items, for indexes that are made later. */
export const orders: TableSchema = {
  name: 'orders',
  keys: attributes('id:S'),
  attributes: people.attributes,
  indexes: [index('global', 'of-number', 'number:N', 'KEYS_ONLY')],
};

/** A table with a stream. */
export const ledger: TableSchema = {
  name: 'ledger',
  keys: attributes('id:S at:N'),
  attributes: attributes('team:S rank:N'),
  indexes: [index('global', 'of-team', 'team:S / rank:N', ['number'])],
};
