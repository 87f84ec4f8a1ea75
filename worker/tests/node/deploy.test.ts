// What wrangler says of the deployment, and how large it is. Nothing leaves this machine.

import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { experimental_readRawConfig } from 'wrangler';
import { temporaryFolder } from '../../../tests/e2e/lib/paths.mjs';
import { WORKER, wrangler } from './lib/wrangler.ts';

const MOST_BYTES = 200_000;

describe('wrangler deploy --dry-run', () => {
  test.each([
    ['the default', '', 'noir-maze-prover ('],
    ['production', 'production', 'noir-maze-prover-production ('],
  ])('deploy__of_%s_is_right_and_small', async (_name, environment, container) => {
    const folder = temporaryFolder('bundle');
    const { status, output } = await wrangler('deploy', '--dry-run', '--env', environment, '--outdir', folder);
    expect(status, output).toBe(0);
    // A key that wrangler does not know, or no longer, is a warning.
    expect(output).not.toMatch(/warning/i);
    expect(output).toContain('env.MY_CONTAINER (MyContainer)');
    expect(output).toContain(container);
    expect(output).toContain('env.RATE_LIMITER');
    expect(statSync(join(folder, 'index.js')).size).toBeLessThan(MOST_BYTES);
    expect(readFileSync(join(folder, 'index.js'), 'utf8')).toContain('MyContainer');
  });
});

describe('wrangler.jsonc', () => {
  const { rawConfig } = experimental_readRawConfig({ config: join(WORKER, 'wrangler.jsonc') });
  const environments = [rawConfig, rawConfig.env?.production];

  test('config__keeps_the_names_of_the_original', () => {
    expect(rawConfig.name).toBe('noir-maze-worker');
    for (const environment of environments)
      expect(environment?.durable_objects?.bindings).toEqual([{ name: 'MY_CONTAINER', class_name: 'MyContainer' }]);
  });

  test('config__gives_each_instance_its_container', () => {
    for (const environment of environments) {
      const [container] = environment?.containers ?? [];
      expect(container?.max_instances).toBeGreaterThanOrEqual(Number(environment?.vars?.INSTANCES));
    }
  });

  test('config__has_neither_cron_trigger_nor_cache_by_default', () => {
    expect(rawConfig.triggers).toEqual({ crons: [] });
    for (const environment of environments) {
      expect(environment?.kv_namespaces).toBeUndefined();
      expect(environment?.triggers?.crons ?? []).toEqual([]);
    }
  });
});
