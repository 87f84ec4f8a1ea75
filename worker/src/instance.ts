// The life of one container: started when a request comes, ready when proverd answers, started once more when it is lost,
// put to sleep when nothing was asked for a while.
//
// What keeps it awake is a time, never a count: each request has a deadline, which passes whatever becomes of the request. So
// none that hangs, is aborted or is never read can keep a container running (cloudflare/containers issues 241 and 242).

import { type Forward, failureOfSender, toRequestInit } from './backend.ts';
import { bodyOf } from './body.ts';
import { describe, Failure } from './failure.ts';
import { log } from './log.ts';
import type { Settings } from './settings.ts';

/** What is used of `ctx.container`. */
export type ContainerHandle = Pick<
  Container,
  'running' | 'start' | 'monitor' | 'destroy' | 'getTcpPort' | 'setInactivityTimeout'
>;

/** What is used of `ctx.storage`. */
export type Alarms = Pick<DurableObjectStorage, 'getAlarm' | 'setAlarm' | 'deleteAlarm'>;

export type InstanceSettings = Pick<
  Settings,
  'requestMilliseconds' | 'startMilliseconds' | 'sleepMilliseconds' | 'maxBodyBytes' | 'keptBodyBytes' | 'containerEnv'
>;

export const PORT = 8080;

const PROBE_MILLISECONDS = 3000;
const FIRST_PAUSE = 50;
const LONGEST_PAUSE = 1000;
/** How far the alarm may be from what it stands for, so that it is not written for every request. */
const ALARM_SLACK = 30_000;

const pause = (milliseconds: number) => new Promise<void>((resolve) => setTimeout(resolve, milliseconds));

/** Rejects with the signal's reason as soon as it is aborted, whatever becomes of the work. */
async function unlessAborted<T>(signal: AbortSignal, work: Promise<T>): Promise<T> {
  signal.throwIfAborted();
  let stop = () => {};
  const aborted = new Promise<never>((_, reject) => {
    stop = () => reject(signal.reason);
    signal.addEventListener('abort', stop);
  });
  try {
    return await Promise.race([work, aborted]);
  } finally {
    signal.removeEventListener('abort', stop);
  }
}

export class Instance {
  /** Counts the starts; a request that fails names the one that it was sent to, so that one loss is one restart. */
  private generation = 0;
  private ready = false;
  private starting: Promise<void> | null = null;
  /** When something was last asked or answered. */
  private lastUse = 0;
  /** The deadlines of the requests under way. */
  private readonly deadlines = new Set<{ readonly at: number }>();
  private alarmAt = 0;

  constructor(
    private readonly container: ContainerHandle,
    private readonly alarms: Alarms,
    private readonly settings: InstanceSettings,
    private readonly now: () => number = Date.now,
  ) {}

  /** Forwards a request and reads the answer whole: it is small, and a stream that nobody reads would hold the connection. */
  async send(request: Request): Promise<Response> {
    const { requestMilliseconds: time, maxBodyBytes: most, keptBodyBytes: kept } = this.settings;
    const body = bodyOf(request, { most, kept });
    const signal = AbortSignal.any([AbortSignal.timeout(time), request.signal]);
    const deadline = { at: this.now() + time };
    this.deadlines.add(deadline);
    try {
      await this.noteUse();
      const { pathname, search } = new URL(request.url);
      return await this.sendOrRestart({
        method: request.method,
        target: pathname + search,
        headers: request.headers,
        body,
        signal,
      });
    } catch (error) {
      throw failureOfSender({ signal, body }, time) ?? error;
    } finally {
      await body?.discard();
      this.deadlines.delete(deadline);
      await this.noteUse();
    }
  }

  /** To be called when the alarm rings. */
  async sleepIfIdle(): Promise<void> {
    this.alarmAt = 0;
    const idleAt = Math.max(
      this.lastUse + this.settings.sleepMilliseconds,
      ...Array.from(this.deadlines, ({ at }) => at),
    );
    if (idleAt > this.now()) return this.setAlarm(idleAt);
    this.ready = false;
    if (!this.container.running) return;
    log('info', 'container_sleeps');
    await this.container.destroy('idle');
  }

  private async sendOrRestart(forward: Forward): Promise<Response> {
    const { body, signal } = forward;
    for (let attempt = 1; ; attempt++) {
      await unlessAborted(signal, this.becomeReady());
      const { generation } = this;
      try {
        return await this.sendOnce(forward);
      } catch (error) {
        if (signal.aborted || body?.failure) throw error;
        log('warning', 'container_request_failed', { attempt, message: describe(error) });
        await this.recover(generation);
        if (attempt === 2 || body?.repeatable === false)
          throw new Failure('instance_lost', 'the prover was lost before it answered: send the request again', {
            cause: describe(error),
          });
      }
    }
  }

  private async sendOnce(forward: Forward): Promise<Response> {
    const response = await this.container
      .getTcpPort(PORT)
      .fetch(`http://container${forward.target}`, toRequestInit(forward));
    const bytes = await unlessAborted(forward.signal, response.arrayBuffer());
    if (forward.body?.failure) throw forward.body.failure;
    const isBare = forward.method === 'HEAD' || response.status === 204 || response.status === 304;
    return new Response(isBare ? null : bytes, { status: response.status, headers: response.headers });
  }

  private async becomeReady(): Promise<void> {
    if (this.ready && this.container.running) return;
    this.starting ??= this.start().finally(() => (this.starting = null));
    await this.starting;
  }

  /** Starts the container if it does not run, at most twice, and waits until proverd answers. */
  private async start(): Promise<void> {
    const deadline = this.now() + this.settings.startMilliseconds;
    let why: unknown = null;
    for (let attempt = 1; attempt <= 2 && this.now() < deadline; attempt++) {
      try {
        await this.startOnce(deadline);
        this.ready = true;
        return;
      } catch (error) {
        why = error;
        log('warning', 'container_start_failed', { attempt, message: describe(error) });
        await this.destroy('did not become ready');
      }
    }
    throw new Failure(
      'container_unavailable',
      'the prover did not start: try again; if it stays so, see the logs of the container',
      { cause: describe(why) },
    );
  }

  private async startOnce(deadline: number): Promise<void> {
    const exit = this.container.running ? null : this.boot();
    for (let wait = FIRST_PAUSE; ; wait = Math.min(wait * 2, LONGEST_PAUSE)) {
      if (await this.answers()) break;
      if (exit?.message != null) throw new Error(exit.message);
      if (this.now() >= deadline)
        throw new Error(
          `proverd did not answer within ${this.settings.startMilliseconds / 1000} seconds (START_SECONDS of the Worker)`,
        );
      await pause(wait);
    }
    await this.container.setInactivityTimeout(this.settings.sleepMilliseconds);
  }

  /** Begins a start. What it gives learns of the container's end. */
  private boot(): { message: string | null } {
    const generation = ++this.generation;
    const exit: { message: string | null } = { message: null };
    const ended = (message: string) => {
      exit.message = message;
      if (generation === this.generation) this.ready = false;
      log('info', 'container_ended', { message });
    };
    this.container.start({ enableInternet: false, env: { ...this.settings.containerEnv } });
    this.container.monitor().then(
      () => ended('the container ended'),
      (error: unknown) => ended(describe(error)),
    );
    return exit;
  }

  /** Whether proverd answers; its health is no question of load. */
  private async answers(): Promise<boolean> {
    try {
      const response = await this.container
        .getTcpPort(PORT)
        .fetch('http://container/api/health', { signal: AbortSignal.timeout(PROBE_MILLISECONDS) });
      await response.arrayBuffer();
      return response.ok;
    } catch {
      return false;
    }
  }

  /** After a request that got no answer: makes sure that the next one meets a prover that lives. */
  private async recover(generation: number): Promise<void> {
    if (generation !== this.generation || this.starting !== null) return;
    if (this.container.running && (await this.answers())) return;
    if (generation !== this.generation || this.starting !== null) return;
    log('warning', 'container_lost');
    await this.destroy('lost');
  }

  private async destroy(why: string): Promise<void> {
    this.ready = false;
    try {
      if (this.container.running) await this.container.destroy(why);
    } catch (error) {
      log('warning', 'container_destroy_failed', { message: describe(error) });
    }
  }

  /** An alarm that cannot be set costs no proof: the next use sets it, and the platform has an inactivity timeout as well. */
  private async noteUse(): Promise<void> {
    this.lastUse = this.now();
    const idleAt = this.lastUse + this.settings.sleepMilliseconds;
    if (Math.abs(idleAt - this.alarmAt) <= ALARM_SLACK) return;
    await this.setAlarm(idleAt).catch((error: unknown) => log('warning', 'alarm_failed', { message: describe(error) }));
  }

  private async setAlarm(time: number): Promise<void> {
    this.alarmAt = time;
    try {
      await this.alarms.setAlarm(time);
    } catch (error) {
      this.alarmAt = 0;
      throw error;
    }
  }
}
