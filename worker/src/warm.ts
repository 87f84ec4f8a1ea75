// Keeps the prover of the default circuit awake, when wrangler.jsonc has a cron trigger: by asking for its health.

import { chooseBackends } from './backend.ts';
import { Failure } from './failure.ts';
import { chooseRequestId } from './headers.ts';
import { log } from './log.ts';
import { type Env, readSettings } from './settings.ts';
import { orderFor } from './spread.ts';

export async function keepWarm(env: Env): Promise<void> {
  const settings = readSettings(env);
  const [backend] = orderFor(chooseBackends(env, settings), '');
  if (backend === undefined)
    throw new Failure('prover_unreachable', 'there is no prover: set PROVER_ORIGIN or the MY_CONTAINER binding');
  const response = await backend.send({
    method: 'GET',
    target: '/api/health',
    headers: new Headers({ 'X-Request-Id': chooseRequestId(null) }),
    body: null,
    signal: AbortSignal.timeout(settings.requestMilliseconds),
  });
  await response.body?.cancel();
  log(response.ok ? 'info' : 'warning', 'kept_warm', { backend: backend.name, status: response.status });
}
