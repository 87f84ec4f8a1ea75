// The Worker as it is deployed, in workerd, without what wrangler dev puts in front: that does not pass on that a client went.

import { join } from 'node:path';
import { Miniflare } from 'miniflare';
import { experimental_readRawConfig } from 'wrangler';
import { temporaryFolder } from '../../../../tests/e2e/lib/paths.mjs';
import { WORKER, wrangler } from './wrangler.ts';

/** Builds the bundle that would be deployed; gives its folder. */
async function build(): Promise<string> {
  const folder = temporaryFolder('bundle');
  const { status, output } = await wrangler('deploy', '--dry-run', '--env', 'production', '--outdir', folder);
  if (status !== 0) throw new Error(output);
  return folder;
}

export class Runtime {
  private constructor(
    private readonly miniflare: Miniflare,
    readonly origin: string,
  ) {}

  static async start(bindings: Record<string, string>): Promise<Runtime> {
    const folder = await build();
    const { rawConfig } = experimental_readRawConfig({ config: join(WORKER, 'wrangler.jsonc') });
    const miniflare = new Miniflare({
      modules: true,
      modulesRoot: folder,
      scriptPath: join(folder, 'index.js'),
      compatibilityDate: rawConfig.compatibility_date ?? '',
      compatibilityFlags: rawConfig.compatibility_flags ?? [],
      durableObjects: { MY_CONTAINER: { className: 'MyContainer', useSQLite: true } },
      bindings,
      host: '127.0.0.1',
      port: 0,
      cf: false,
    });
    const { origin } = await miniflare.ready;
    return new Runtime(miniflare, origin);
  }

  get port(): number {
    return Number(new URL(this.origin).port);
  }

  stop(): Promise<void> {
    return this.miniflare.dispose();
  }
}
