// Witnesses as Noir writes them: gzip of a format marker and MessagePack of a stack of maps. Written by hand here, so
// that they can be wrong in every way.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { gunzipSync, gzipSync } from 'node:zlib';
import { Unpackr } from 'msgpackr';
import { MAZE_WITNESS } from './paths.mjs';

export const MODULUS = 21888242871839275222246405745257275088548364400416034343698204186575808495617n;
export const FORMAT_COMPACT = 3;

const unpackr = new Unpackr({ mapsAsObjects: false });

export function word(value) {
  return Buffer.from(BigInt(value).toString(16).padStart(64, '0'), 'hex');
}

// MessagePack, in the widths that the cases need.

function header(fix, fixMost, wide16, wide32, length) {
  if (length <= fixMost) return Buffer.from([fix | length]);
  const head = Buffer.alloc(length < 0x10000 ? 3 : 5);
  head[0] = length < 0x10000 ? wide16 : wide32;
  if (length < 0x10000) head.writeUInt16BE(length, 1);
  else head.writeUInt32BE(length, 1);
  return head;
}

export const arrayHeader = (length) => header(0x90, 15, 0xdc, 0xdd, length);
export const mapHeader = (length) => header(0x80, 15, 0xde, 0xdf, length);

export function unsigned(value) {
  const number = BigInt(value);
  if (number < 0x80n) return Buffer.from([Number(number)]);
  const bytes = [1, 2, 4, 8].find((width) => number < 1n << BigInt(8 * width));
  const digits = number.toString(16).padStart(2 * bytes, '0');
  return Buffer.concat([Buffer.from([{ 1: 0xcc, 2: 0xcd, 4: 0xce, 8: 0xcf }[bytes]]), Buffer.from(digits, 'hex')]);
}

export function binary(bytes) {
  assert.ok(bytes.length < 0x100);
  return Buffer.concat([Buffer.from([0xc4, bytes.length]), bytes]);
}

export function text(string) {
  return Buffer.concat([Buffer.from([0xa0 | string.length]), Buffer.from(string)]);
}

/** A witness map from [index, value] pairs; a value is a number, or bytes that stand where the value would. */
export function encodeMap(entries, { value = binary } = {}) {
  const pairs = entries.flatMap(([index, field]) => [unsigned(index), value(Buffer.isBuffer(field) ? field : word(field))]);
  return Buffer.concat([mapHeader(entries.length), ...pairs]);
}

export function encodeItem(map) {
  return Buffer.concat([arrayHeader(2), unsigned(0), map]);
}

export function encodeStack(items, marker = FORMAT_COMPACT) {
  return Buffer.concat([Buffer.from([marker]), arrayHeader(1), arrayHeader(items.length), ...items]);
}

/** The raw witness of [index, value] pairs. */
export function encodeWitness(entries) {
  return encodeStack([encodeItem(encodeMap(entries))]);
}

/** The same in format 2, which writes structs as maps. */
export function encodeNamedWitness(entries) {
  const item = Buffer.concat([mapHeader(2), text('index'), unsigned(0), text('witness'), encodeMap(entries)]);
  return Buffer.concat([Buffer.from([2]), mapHeader(1), text('stack'), arrayHeader(1), item]);
}

/** The [index, value] pairs of a raw witness with one stack item. */
export function decodeWitness(raw) {
  assert.equal(raw[0], FORMAT_COMPACT);
  const [[[, map]]] = unpackr.unpack(raw.subarray(1));
  return [...map].map(([index, bytes]) => [index, BigInt(`0x${Buffer.from(bytes).toString('hex')}`)]);
}

/** The same entries with other values at some indices. */
export function withValues(entries, values) {
  return entries.map(([index, value]) => [index, values[index] ?? value]);
}

export const zip = (raw) => gzipSync(raw);
export const mazeWitness = readFileSync(MAZE_WITNESS);
export const mazeRaw = gunzipSync(mazeWitness);
export const mazeEntries = decodeWitness(mazeRaw);
