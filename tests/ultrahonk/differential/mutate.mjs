// Changes to a key, a proof or its public inputs, each drawn by a seed: words, points, limbs, lengths, and what belongs
// to another circuit or target.

import { MODULUS, word } from '../../e2e/lib/witness.mjs';
import { TARGETS } from './judges.mjs';

const WORD = 32;
const COORDINATE_MODULUS = 0x30644e72e131a029b85045b68181585d97816a916871ca8d3c208c16d87cfd47n;
const LOW_LIMB_BITS = 136n;
const LOW_LIMB = (1n << LOW_LIMB_BITS) - 1n;
const ALL_ONES = (1n << 256n) - 1n;
const KEY_HEADER_WORDS = 3;
const PARTS = ['key', 'proof', 'proof', 'proof', 'publicInputs']; // as often as they stand here

const numberAt = (bytes, place) => BigInt(`0x${bytes.toString('hex', place * WORD, (place + 1) * WORD)}`);
const wordsIn = (bytes) => Math.floor(bytes.length / WORD);

function withWords(bytes, place, ...numbers) {
  const changed = Buffer.from(bytes);
  numbers.forEach((number, i) => word(number & ALL_ONES).copy(changed, (place + i) * WORD));
  return changed;
}

/** A word becomes what `change` makes of its number. */
const wordBy = (change) => (bytes, random, others) => {
  const place = random.below(wordsIn(bytes));
  return withWords(bytes, place, change(numberAt(bytes, place), random, others));
};

function swapWords(bytes, random) {
  const [first, second] = [random.below(wordsIn(bytes)), random.below(wordsIn(bytes))];
  return withWords(withWords(bytes, first, numberAt(bytes, second)), second, numberAt(bytes, first));
}

function flipBit(bytes, random) {
  const changed = Buffer.from(bytes);
  changed[random.below(bytes.length)] ^= 1 << random.below(8);
  return changed;
}

function wordOfAnother(bytes, random, others) {
  const other = random.pick(others);
  const place = random.below(wordsIn(bytes));
  return wordsIn(other) === 0 ? bytes : withWords(bytes, place, numberAt(other, random.chance(50) ? place % wordsIn(other) : random.below(wordsIn(other))));
}

const WORD_CHANGES = {
  'a bit': flipBit,
  '+ 1': wordBy((number) => number + 1n),
  '- 1': wordBy((number) => number - 1n),
  '+ r': wordBy((number) => number + MODULUS),
  '+ q': wordBy((number) => number + COORDINATE_MODULUS),
  'zero': wordBy(() => 0n),
  'one': wordBy(() => 1n),
  'all ones': wordBy(() => ALL_ONES),
  'negated': wordBy((number) => (number === 0n ? 0n : MODULUS - number)),
  'any number': wordBy((_, random) => random.bits(254)),
  'words swapped': swapWords,
  'a word of another': wordOfAnother,
};

/** The places of the points in a key or a proof, by the protocol's order of the words. */
function pointsOf({ key, target }, part) {
  const width = target.startsWith('evm') ? 2 : 4;
  const zk = !target.endsWith('no-zk');
  const rounds = target.startsWith('evm') ? Number(numberAt(key, 0)) : 25;
  const run = (from, count) => Array.from({ length: count }, (_, i) => from + i * width);
  if (part === 'key') return run(KEY_HEADER_WORDS, 28);
  const first = run(8, zk ? 10 : 8);
  const evaluations = 8 + first.length * width + (zk ? 1 : 0) + rounds * (zk ? 9 : 8) + 41 + (zk ? 2 : 0);
  const folds = run(evaluations, (zk ? 2 : 0) + rounds - 1);
  const opening = run(evaluations + folds.length * width + rounds + (zk ? 4 : 0), 2);
  return [...first, ...folds, ...opening];
}

const joined = (bytes, place, width) => (width === 2 ? numberAt(bytes, place) : numberAt(bytes, place) | (numberAt(bytes, place + 1) << LOW_LIMB_BITS));
const cut = (number, width) => (width === 2 ? [number] : [number & LOW_LIMB, number >> LOW_LIMB_BITS]);

/** What becomes of a point's coordinates; x and y as numbers. */
const POINT_CHANGES = {
  'point negated': (x, y) => [x, (COORDINATE_MODULUS - y) % COORDINATE_MODULUS],
  'point at infinity': () => [0n, 0n],
  'the generator': () => [1n, 2n],
  'x + q': (x, y) => [x + COORDINATE_MODULUS, y],
  'y + q': (x, y) => [x, y + COORDINATE_MODULUS],
  'x and y swapped': (x, y) => [y, x],
};

function changePoint(subject, part, random, name) {
  const bytes = subject[part];
  const width = subject.target.startsWith('evm') ? 2 : 4;
  const place = random.pick(pointsOf(subject, part));
  const numbers = POINT_CHANGES[name](joined(bytes, place, width), joined(bytes, place + width / 2, width));
  return withWords(bytes, place, ...numbers.flatMap((number) => cut(number, width)));
}

/** The same coordinate in limbs of which one is too long; whole coordinates for the targets that have those. */
function overlongLimb(subject, part, random) {
  const bytes = subject[part];
  const place = random.pick(pointsOf(subject, part));
  if (subject.target.startsWith('evm')) return withWords(bytes, place, numberAt(bytes, place) + (1n << 255n));
  const [low, high] = [numberAt(bytes, place), numberAt(bytes, place + 1)];
  return random.chance(50) ? withWords(bytes, place, low + (1n << LOW_LIMB_BITS), high - 1n) : withWords(bytes, place, low, high + (1n << 118n));
}

function copyPoint(subject, part, random) {
  const bytes = subject[part];
  const width = subject.target.startsWith('evm') ? 2 : 4;
  const [from, to] = [random.pick(pointsOf(subject, part)), random.pick(pointsOf(subject, part))];
  return withWords(bytes, to, ...Array.from({ length: width }, (_, i) => numberAt(bytes, from + i)));
}

const LENGTH_CHANGES = {
  'a word less': (bytes) => bytes.subarray(0, Math.max(0, bytes.length - WORD)),
  'the first word less': (bytes) => bytes.subarray(Math.min(WORD, bytes.length)),
  'a word more': (bytes) => Buffer.concat([bytes, Buffer.alloc(WORD)]),
  'twice': (bytes) => Buffer.concat([bytes, bytes]),
  'empty': () => Buffer.alloc(0),
  'cut anywhere': (bytes, random) => bytes.subarray(0, random.below(bytes.length + 1)),
  'some bytes more': (bytes, random) => Buffer.concat([bytes, Buffer.alloc(1 + random.below(WORD), random.below(256))]),
};

const HEADERS = [0n, 1n, 4n, 6n, 7n, 8n, 9n, 10n, 24n, 25n, 26n, 28n, 29n, 40n, 1n << 20n, 1n << 32n, 1n << 64n, 1n << 248n, ALL_ONES];

function changeHeader({ key }, random) {
  const place = random.below(KEY_HEADER_WORDS);
  const number = random.pick(HEADERS);
  return withWords(key, place, random.chance(50) ? number : numberAt(key, place) + number);
}

/** Pairing points of other kinds: one at infinity, none on the curve, limbs too long. */
function changeLimbs({ proof }, random) {
  const numbers = Array.from({ length: 8 }, () => random.pick([0n, 1n, 2n, 3n, 1n << LOW_LIMB_BITS, 1n << 118n, 1n << 120n]));
  return withWords(proof, 0, ...random.pick([numbers, [1n, 0n, 2n, 0n, 0n, 0n, 0n, 0n], [0n, 0n, 0n, 0n, 1n, 0n, 2n, 0n], [1n, 0n, 2n, 0n, 1n, 0n, 2n, 0n]]));
}

/** What belongs to another: each gives the parts that change. */
const FOREIGN_CHANGES = {
  'the key of another circuit': (subject, random, { sameTarget }) => ({ key: random.pick(sameTarget).key }),
  'the proof of another circuit': (subject, random, { sameTarget }) => ({ proof: random.pick(sameTarget).proof }),
  'the public inputs of another circuit': (subject, random, { sameTarget }) => ({ publicInputs: random.pick(sameTarget).publicInputs }),
  'the key of another target': (subject, random, { sameCircuit }) => ({ key: random.pick(sameCircuit).key }),
  'the proof of another target': (subject, random, { sameCircuit }) => ({ proof: random.pick(sameCircuit).proof }),
  'judged as another target': (subject, random) => ({ target: random.pick(TARGETS) }),
  nothing: () => ({}),
};

const pickName = (random, table) => random.pick(Object.keys(table));

function changeWords(subject, part, random, all) {
  const name = pickName(random, WORD_CHANGES);
  const bytes = subject[part];
  if (wordsIn(bytes) === 0) return { name: 'nothing', changes: {} };
  return { name, changes: { [part]: WORD_CHANGES[name](bytes, random, all.map((other) => other[part])) } };
}

function changeOnePoint(subject, part, random) {
  const name = pickName(random, { ...POINT_CHANGES, 'a limb too long': 0, 'another point': 0 });
  const changed = name in POINT_CHANGES ? changePoint(subject, part, random, name) : (name === 'another point' ? copyPoint : overlongLimb)(subject, part, random);
  return { name, changes: { [part]: changed } };
}

function changeLength(subject, part, random) {
  const name = pickName(random, LENGTH_CHANGES);
  return { name, changes: { [part]: LENGTH_CHANGES[name](subject[part], random) } };
}

/** One mutation of a subject: what it is called, and the question that it makes. `all` are the subjects. */
export function mutate(subject, all, random) {
  const related = {
    sameTarget: all.filter(({ target }) => target === subject.target),
    sameCircuit: all.filter(({ name }) => name === subject.name),
  };
  const part = random.pick(PARTS);
  const pointed = part === 'publicInputs' ? 'proof' : part;
  const draw = random.below(100);
  let drawn;
  if (draw < 50) drawn = { part, ...changeWords(subject, part, random, related.sameTarget) };
  else if (draw < 75) drawn = { part: pointed, ...changeOnePoint(subject, pointed, random) };
  else if (draw < 82) drawn = { part, ...changeLength(subject, part, random) };
  else if (draw < 88) drawn = { part: 'key', name: 'its header', changes: { key: changeHeader(subject, random) } };
  else if (draw < 92) drawn = { part: 'proof', name: 'pairing points', changes: { proof: changeLimbs(subject, random) } };
  else {
    const name = pickName(random, FOREIGN_CHANGES);
    drawn = { part: 'all', name, changes: FOREIGN_CHANGES[name](subject, random, related) };
  }
  return { what: `${drawn.part}: ${drawn.name}`, question: { ...subject, ...drawn.changes } };
}
