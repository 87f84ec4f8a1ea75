// The Durable Object with an injected container: the real proverd, started by the launcher, and a clock that can be moved.

import { MyContainer } from '../../src/container.ts';
import type { ContainerHandle } from '../../src/instance.ts';
import type { Env } from '../../src/settings.ts';
import { ask, type Started, startProver } from './launcher.ts';

const NO_INSTANCE = 'there is no container instance that can be provided to this durable object';
const NOT_LISTENING = 'the container is not listening in the TCP address 10.0.0.1:8080';

export class FakeContainer implements ContainerHandle {
  running = false;
  /** What was asked of it, in order. */
  readonly calls: string[] = [];
  startOptions: ContainerStartupOptions | undefined;
  inactivityTimeout: number | bigint | undefined;
  proverOptions: Record<string, string | number | boolean> = {};
  /** How many starts fail before one succeeds. */
  failures = 0;
  /** Listens nowhere, as one that hangs while it starts. */
  deaf = false;
  /** How many POST requests lose their container while they are under way. */
  losses = 0;
  requestsUnderWay = 0;
  prover: Started | null = null;
  private starting: Promise<Started> | null = null;

  start(options?: ContainerStartupOptions): void {
    if (this.running) throw new Error('start() cannot be called on a container that is already running.');
    this.calls.push('start');
    this.startOptions = options;
    this.running = true;
    this.prover = null;
    if (this.deaf) return;
    const fails = this.failures > 0;
    if (fails) this.failures--;
    this.starting = fails ? Promise.reject(new Error(NO_INSTANCE)) : startProver(this.proverOptions);
    this.starting.then(
      (prover) => {
        this.prover = prover;
      },
      () => undefined,
    );
  }

  async monitor(): Promise<void> {
    const { starting } = this;
    if (starting === null) return new Promise(() => undefined);
    try {
      await ask<string>('/prover/exited', { id: (await starting).id });
    } finally {
      if (this.starting === starting) this.running = false;
    }
  }

  async destroy(): Promise<void> {
    this.calls.push('destroy');
    this.running = false;
    const { prover } = this;
    this.prover = null;
    if (prover !== null) await ask('/prover/kill', { id: prover.id });
  }

  async setInactivityTimeout(milliseconds: number | bigint): Promise<void> {
    this.inactivityTimeout = milliseconds;
  }

  getTcpPort(port: number): Fetcher {
    const send = async (url: string, init: RequestInit): Promise<Response> => {
      const { prover } = this;
      if (prover === null || port !== 8080) throw new Error(NOT_LISTENING);
      const { pathname, search } = new URL(url);
      const isLost = init.method === 'POST' && this.losses > 0;
      this.requestsUnderWay++;
      try {
        if (!isLost) return await fetch(`${prover.origin}${pathname}${search}`, init);
        this.losses--;
        // Nothing is proven by a bb that stands still, so the answer cannot come before the end.
        await ask('/prover/freeze', { id: prover.id });
        const answer = fetch(`${prover.origin}${pathname}${search}`, init);
        const end = ask('/prover/kill', { id: prover.id });
        return await answer.finally(() => end);
      } finally {
        this.requestsUnderWay--;
      }
    };
    return { fetch: send } as unknown as Fetcher;
  }
}

export class TestContainer extends MyContainer {
  readonly container = new FakeContainer();
  /** False as under `wrangler dev --enable-containers=false`. */
  hasEngine = true;
  clockAhead = 0;
  /** Variables of the test's own; to be set before the first request. */
  variables: Partial<Env> = {};

  protected override handle(): ContainerHandle | undefined {
    return this.hasEngine ? this.container : undefined;
  }

  /** As when the platform makes a new object while the container runs. */
  forget(): void {
    this.instance = null;
  }

  protected override now(): number {
    return Date.now() + this.clockAhead;
  }

  protected override variablesOf(env: Env): Env {
    return { ...env, ...this.variables };
  }
}
