import { cloudflareTest } from '@cloudflare/vitest-pool-workers';
import { defineConfig } from 'vitest/config';

const limits = { testTimeout: 120_000, hookTimeout: 120_000 };

export default defineConfig({
  test: {
    globalSetup: './tests/node/launcher.ts',
    maxWorkers: 1,
    projects: [
      {
        extends: true,
        plugins: [
          cloudflareTest(({ inject }) => ({
            main: './tests/workerd/main.ts',
            wrangler: { configPath: './wrangler.jsonc' },
            miniflare: {
              bindings: { LAUNCHER: inject('launcher') },
              kvNamespaces: ['TEST_CACHE'],
            },
          })),
        ],
        test: { name: 'workerd', include: ['tests/workerd/*.test.ts'], ...limits },
      },
      { extends: true, test: { name: 'node', include: ['tests/node/*.test.ts'], ...limits } },
    ],
  },
});
