// One server for all files that do not need one of their own.
import type { TestProject } from 'vitest/node';
import { makeFolder, removeFolder, Server } from './server.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    endpoint: string;
  }
}

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const given = process.env.JEDLIK_ENDPOINT;
  if (given) {
    project.provide('endpoint', given);
    return async () => {};
  }
  const folder = await makeFolder();
  const server = await Server.start({ folder });
  project.provide('endpoint', server.endpoint);
  return async () => {
    await server.stop();
    await removeFolder(folder);
  };
}
