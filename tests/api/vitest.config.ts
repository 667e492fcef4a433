import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['**/*.test.ts'],
    globalSetup: ['support/global_setup.ts'],
    // One worker per core, kept from file to file: loading the SDK costs more than most files.
    pool: 'threads',
    maxWorkers: 2,
    isolate: false,
    // A ceiling for a hung server, not a wait: no test is expected to come near it.
    testTimeout: 20_000,
    hookTimeout: 30_000,
    env: { AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true' },
  },
});
