// Choices that a seed decides: the same seed makes the same program and inputs everywhere.

const MODULUS = 21888242871839275222246405745257275088548364400416034343698204186575808495617n;

/** Mulberry32, a generator of 32 bits of state: enough to spread over programs. */
export class Random {
  constructor(seed) {
    this.state = seed >>> 0;
  }

  next() {
    this.state = (this.state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(this.state ^ (this.state >>> 15), this.state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return (mixed ^ (mixed >>> 14)) >>> 0;
  }

  /** A whole number from 0 to count - 1. */
  below(count) {
    return this.next() % count;
  }

  chance(percent) {
    return this.below(100) < percent;
  }

  pick(list) {
    return list[this.below(list.length)];
  }

  /** A big number below 2^bits. */
  bits(bits) {
    let value = 0n;
    for (let have = 0; have < bits; have += 32) value = (value << 32n) | BigInt(this.next());
    return value & ((1n << BigInt(bits)) - 1n);
  }

  field() {
    return this.pick([() => BigInt(this.below(100)), () => MODULUS - 1n - BigInt(this.below(3)), () => this.bits(256) % MODULUS])();
  }
}
