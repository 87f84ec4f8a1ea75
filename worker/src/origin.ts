// proverd at an address: self-hosted, or in a test.

import { type Backend, checkAnswer, type Forward, failureOfSender, toRequestInit } from './backend.ts';
import { describe, Failure } from './failure.ts';
import type { Settings } from './settings.ts';

class OriginBackend implements Backend {
  readonly name: string;

  constructor(
    private readonly origin: URL,
    private readonly milliseconds: number,
  ) {
    this.name = origin.host;
  }

  async send(forward: Forward): Promise<Response> {
    let response: Response;
    try {
      response = await fetch(new URL(forward.target, this.origin), toRequestInit(forward));
    } catch (error) {
      throw (
        failureOfSender(forward, this.milliseconds) ??
        new Failure(
          'prover_unreachable',
          `no proverd answers at ${this.name}: see that it runs, and that PROVER_ORIGIN leads to it`,
          { cause: describe(error) },
        )
      );
    }
    if (forward.body?.failure) throw forward.body.failure;
    return checkAnswer(response, this.name);
  }
}

export function originBackends({ origins, requestMilliseconds }: Settings): Backend[] {
  return origins.map((origin) => new OriginBackend(origin, requestMilliseconds));
}
