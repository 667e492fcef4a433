import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['*.test.ts'],
    // The log of the run names its seed: it is to be seen when the run passes, too.
    disableConsoleIntercept: true,
    testTimeout: 600_000,
  },
});
