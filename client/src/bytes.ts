// Bytes, in whatever JavaScript holds them, and the 0x-hex that they travel as.

/** A Uint8Array as a rule; a Buffer of Node's is one, with its offset. */
export type Bytes = ArrayBufferView | ArrayBufferLike;

/** The name of what a value is, though it be of another window or realm. */
const kindOf = (value: unknown) => Object.prototype.toString.call(value).slice('[object '.length, -1);

function isBuffer(value: unknown): value is ArrayBufferLike {
  return ['ArrayBuffer', 'SharedArrayBuffer'].includes(kindOf(value));
}

/** The bytes themselves where a fetch can send them; a copy of memory that is shared with other threads. */
export function toBytes(given: Bytes, what: string): Uint8Array {
  if (!ArrayBuffer.isView(given) && !isBuffer(given))
    throw new TypeError(`${what} must be bytes, as a Uint8Array, and not ${given === null ? 'null' : typeof given}`);
  const isShared = kindOf(ArrayBuffer.isView(given) ? given.buffer : given) === 'SharedArrayBuffer';
  if (given instanceof Uint8Array && !isShared) return given;
  const bytes = ArrayBuffer.isView(given)
    ? new Uint8Array(given.buffer, given.byteOffset, given.byteLength)
    : new Uint8Array(given);
  return isShared ? new Uint8Array(bytes) : bytes;
}

/** JSON of a request: bytes and other typed arrays are lists of numbers, and a bigint its decimal digits. */
export function toJson(value: unknown): string {
  return JSON.stringify(value, function (this: Record<string, unknown>, name: string, converted: unknown) {
    const held = this[name]; // before a toJSON() of its own, which a Buffer has
    if (isBuffer(held) || held instanceof DataView) return Array.from(toBytes(held, name));
    if (ArrayBuffer.isView(held)) return Array.from(held as unknown as Iterable<number | bigint>);
    return typeof converted === 'bigint' ? converted.toString() : converted;
  });
}

export function fromHex(hex: string): Uint8Array {
  if (!/^0x([0-9a-fA-F]{2})*$/.test(hex)) throw new TypeError('not 0x and hex digits');
  const bytes = new Uint8Array(hex.length / 2 - 1);
  for (let i = 0; i < bytes.length; i++) bytes[i] = Number.parseInt(hex.slice(2 * i + 2, 2 * i + 4), 16);
  return bytes;
}

export function toHex(bytes: Uint8Array): string {
  let hex = '0x';
  for (const byte of bytes) hex += byte.toString(16).padStart(2, '0');
  return hex;
}
