// Clients that hold connections by sending as little as they can.

import { Wire } from './http.mjs';
import { mazeWitness } from './witness.mjs';

const DRIP_MILLISECONDS = 200;

/** What a dripper has sent before it drips, and what it drips. */
export const DRIPS = {
  headers: { head: 'POST /api/prove HTTP/1.1\r\nHost: drip\r\nX-Drip: ', drop: 'a' },
  body: { head: `POST /api/prove HTTP/1.1\r\nHost: drip\r\nContent-Length: ${mazeWitness.length}\r\n\r\n`, drop: mazeWitness.subarray(0, 1) },
};

/** Many connections that each drip: how many are open, and what the first answer of each was. */
export class Drippers {
  static async open(port, kind, count) {
    const wires = await Promise.all(Array.from({ length: count }, () => Wire.open(port)));
    return new Drippers(wires, DRIPS[kind]);
  }

  constructor(wires, { head, drop }) {
    this.wires = wires;
    this.startedAt = performance.now();
    for (const wire of wires) wire.send(head);
    this.timer = setInterval(() => {
      for (const wire of wires) if (!wire.ended) wire.send(drop);
    }, DRIP_MILLISECONDS);
  }

  get open() {
    return this.wires.filter(({ ended }) => !ended).length;
  }

  /** Waits until the server has closed them all; gives the seconds that took since they began. */
  async gone(seconds) {
    await Promise.all(this.wires.map((wire) => wire.receive('the end of a dripper', () => false, seconds)));
    return (performance.now() - this.startedAt) / 1000;
  }

  async close() {
    clearInterval(this.timer);
    await Promise.all(this.wires.map((wire) => wire.close()));
  }
}
