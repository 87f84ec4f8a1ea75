// The Durable Object with an injected container: the real proverd, started by the launcher, and a clock that can be moved.

import { MyContainer } from '../../src/container.ts';
import type { ContainerHandle } from '../../src/instance.ts';
import { ask, type Started } from './launcher.ts';

export class FakeContainer implements ContainerHandle {
  running = false;
  /** What was asked of it, in order. */
  readonly calls: string[] = [];
  startOptions: ContainerStartupOptions | undefined;
  inactivityTimeout: number | bigint | undefined;
  /** Starts that fail before one succeeds. */
  failures = 0;
  /** Listens nowhere, as one that hangs while it starts. */
  deaf = false;
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
    this.starting =
      this.failures-- > 0
        ? Promise.reject(new Error('there is no container instance that can be provided to this durable object'))
        : ask<Started>('/prover/start', { args: [] });
    this.starting.then((prover) => (this.prover = prover)).catch(() => undefined);
  }

  async monitor(): Promise<void> {
    const starting = this.starting;
    if (starting === null) return new Promise(() => undefined);
    try {
      const prover = await starting;
      await ask<string>('/prover/exited', { id: prover.id });
    } finally {
      if (this.starting === starting) this.running = false;
    }
  }

  async destroy(): Promise<void> {
    this.calls.push('destroy');
    this.running = false;
    const prover = this.prover;
    this.prover = null;
    if (prover !== null) await ask('/prover/kill', { id: prover.id });
  }

  async setInactivityTimeout(milliseconds: number | bigint): Promise<void> {
    this.inactivityTimeout = milliseconds;
  }

  getTcpPort(port: number): Fetcher {
    const send = async (input: RequestInfo | URL, init?: RequestInit): Promise<Response> => {
      if (this.prover === null || port !== 8080)
        throw new Error('the container is not listening in the TCP address 10.0.0.1:8080');
      const url = new URL(input instanceof Request ? input.url : input);
      this.requestsUnderWay++;
      try {
        return await fetch(`${this.prover.origin}${url.pathname}${url.search}`, init);
      } finally {
        this.requestsUnderWay--;
      }
    };
    return { fetch: send } as unknown as Fetcher;
  }
}

export class TestContainer extends MyContainer {
  readonly container = new FakeContainer();
  clockAhead = 0;

  protected override handle(): ContainerHandle {
    return this.container;
  }

  protected override now(): number {
    return Date.now() + this.clockAhead;
  }
}
