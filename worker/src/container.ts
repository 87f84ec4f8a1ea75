// The Durable Object that owns one container. The class name is in wrangler.jsonc and in its migrations: it stays.

import { DurableObject } from 'cloudflare:workers';
import { Failure, toFailure } from './failure.ts';
import { type ContainerHandle, Instance } from './instance.ts';
import { log } from './log.ts';
import { type Env, readSettings } from './settings.ts';

export class MyContainer extends DurableObject<Env> {
  protected instance: Instance | null = null;

  override async fetch(request: Request): Promise<Response> {
    const requestId = request.headers.get('X-Request-Id') ?? '';
    try {
      return await this.theInstance().send(request);
    } catch (error) {
      const failure = toFailure(error);
      log('error', 'container_failure', {
        request_id: requestId,
        code: failure.code,
        message: failure.message,
        cause: String(failure.cause ?? ''),
      });
      return failure.toResponse(requestId);
    }
  }

  override async alarm(): Promise<void> {
    await this.theInstance().sleepIfIdle();
  }

  // The next three are for tests, which have no container engine, and cannot wait for five minutes.

  protected handle(): ContainerHandle | undefined {
    return this.ctx.container;
  }

  protected variablesOf(env: Env): Env {
    return env;
  }

  protected now(): number {
    return Date.now();
  }

  private theInstance(): Instance {
    if (this.instance === null) {
      const container = this.handle();
      if (container === undefined)
        throw new Failure(
          'container_unavailable',
          'containers are switched off here: set PROVER_ORIGIN to a proverd that runs',
        );
      this.instance = new Instance(container, this.ctx.storage, readSettings(this.variablesOf(this.env)), () =>
        this.now(),
      );
    }
    return this.instance;
  }
}
