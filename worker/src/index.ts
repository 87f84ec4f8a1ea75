// The Worker: what the platform calls.

import { app } from './app.ts';
import type { Env } from './settings.ts';
import { keepWarm } from './warm.ts';

export { MyContainer } from './container.ts';

export default {
  fetch: app.fetch,
  scheduled: (_controller, env) => keepWarm(env),
} satisfies ExportedHandler<Env>;
