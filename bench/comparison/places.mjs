// Where things are.
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const here = path.dirname(fileURLToPath(import.meta.url));
export const root = path.resolve(here, '../..');
/** The npm packages that package.json names. */
export const peers = path.join(here, 'node_modules');
/** Data of the servers, on the disk of the source tree (a temporary folder may be in memory); removed at the end. */
export const work = path.join(root, 'build/comparison');
export const jedlik = path.resolve(
  process.env.JEDLIK_BINARY ?? path.join(root, 'build/release/jedlik'),
);
