// Chance that can be had again: what a seed gives is the same every time.

import { createHash } from 'node:crypto';

export class Random {
  #state;

  /** A generator of its own for each name below a seed, so that one case can be had without those before it. */
  constructor(seed, name = '') {
    this.#state = createHash('sha256').update(`${seed} ${name}`).digest().readUInt32LE();
  }

  /** An integer from 0 to less than `limit`, by mulberry32. */
  below(limit) {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), this.#state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * limit);
  }

  of(list) {
    return list[this.below(list.length)];
  }

  bytes(count) {
    return Buffer.from(Array.from({ length: count }, () => this.below(256)));
  }
}

export function newSeed() {
  return Date.now() % 1_000_000_000;
}
