// proverd in Cloudflare Containers: one Durable Object for each, which owns its life (container.ts).

import { type Backend, checkAnswer, type Forward, failureOfSender, toRequestInit } from './backend.ts';
import type { MyContainer } from './container.ts';
import { describe, Failure } from './failure.ts';
import type { Env, Settings } from './settings.ts';

class ContainerBackend implements Backend {
  constructor(
    readonly name: string,
    private readonly namespace: DurableObjectNamespace<MyContainer>,
    private readonly milliseconds: number,
  ) {}

  async send(forward: Forward): Promise<Response> {
    const stub = this.namespace.get(this.namespace.idFromName(this.name));
    let response: Response;
    try {
      response = await stub.fetch(`http://container${forward.target}`, toRequestInit(forward));
    } catch (error) {
      throw (
        failureOfSender(forward, this.milliseconds) ??
        new Failure('instance_lost', 'the prover was lost on the way: send the request again', {
          cause: describe(error),
        })
      );
    }
    if (forward.body?.failure) throw forward.body.failure;
    return checkAnswer(response, this.name);
  }
}

export function containerBackends({ MY_CONTAINER }: Env, { instances, requestMilliseconds }: Settings): Backend[] {
  if (MY_CONTAINER === undefined) return [];
  return Array.from(
    { length: instances },
    (_, index) => new ContainerBackend(`prover-${index}`, MY_CONTAINER, requestMilliseconds),
  );
}
