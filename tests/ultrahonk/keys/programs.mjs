// Random ACIR programs, without a compiler: what a compiler would never write, too. Most have a witness that satisfies
// them; `free` ones have not.

import { Packr } from 'msgpackr';

export const MODULUS = 21888242871839275222246405745257275088548364400416034343698204186575808495617n;
const packr = new Packr({ useRecords: false, variableMapSize: true });
const FORM = Buffer.from([3]);
const modulo = (value) => ((value % MODULUS) + MODULUS) % MODULUS;

/** A field element as ACIR has it. */
export const field = (value) => Buffer.from(modulo(value).toString(16).padStart(64, '0'), 'hex');
const expression = (products, terms, constant) => [products.map(([c, a, b]) => [field(c), a, b]), terms.map(([c, w]) => [field(c), w]), field(constant)];
const blackBox = (name, ...parts) => ({ BlackBoxFuncCall: { [name]: parts } });
const witnessOf = (index) => ({ Witness: index });

/** The bytes that a circuit's `bytecode` has once unzipped. */
export const programBytes = ({ opcodes, privates, publics, returns }) =>
  Buffer.concat([FORM, packr.pack([[['main', opcodes, privates, publics, returns, []]], []])]);

/** The bytes of a witness, unzipped. */
export const witnessBytes = (values) => Buffer.concat([FORM, packr.pack([[[0, new Map(values.map((value, index) => [index, field(value)]))]]])]);

const coefficient = (random) =>
  random.pick([() => 1n, () => -1n, () => 2n, () => BigInt(random.below(100)), () => random.bits(256), () => (random.chance(10) ? 0n : 5n)])();

/** A program that grows opcode by opcode. Satisfying ones know the value of each witness. */
class Growing {
  opcodes = [];
  blocks = new Map();

  constructor(random, satisfying) {
    this.random = random;
    this.satisfying = satisfying;
    const widths = random.pick([[1, 2, 3, 8], [8, 16, 32, 64], [12, 13, 14, 15, 28, 29], [1, 100, 200, 252, 253]]);
    this.widths = Array.from({ length: 2 + random.below(8) }, () => random.pick(widths));
    this.inputs = this.widths.length;
    this.values = this.widths.map((bits) => random.bits(bits));
  }

  any() {
    return this.random.below(this.values.length);
  }

  /** A witness with that value; where nothing has to hold, any. */
  of(value) {
    if (!this.satisfying) return this.any();
    this.values.push(modulo(value));
    return this.values.length - 1;
  }

  assertZero() {
    const { random } = this;
    const products = Array.from({ length: random.pick([0, 0, 1, 1, 2, 3, 6]) }, () => [coefficient(random), this.any(), this.any()]);
    const terms = Array.from({ length: random.pick([1, 2, 3, 4, 5, 6, 9, 12]) }, () => [coefficient(random), this.any()]);
    const sum = products.reduce((all, [c, a, b]) => all + c * this.values[a] * this.values[b], 0n) + terms.reduce((all, [c, w]) => all + c * this.values[w], 0n);
    const constant = this.satisfying ? -sum : random.pick([0n, 1n, random.bits(256)]);
    this.opcodes.push({ AssertZero: expression(products, terms, constant) });
  }

  range() {
    const { random } = this;
    const input = this.satisfying ? random.below(this.inputs) : this.any();
    const least = this.satisfying ? this.widths[input] : random.below(254);
    this.opcodes.push(blackBox('RANGE', witnessOf(input), Math.min(253, least + random.pick([0, 0, 1, 7, 30]))));
  }

  logic() {
    const { random } = this;
    const inputs = [random.below(this.inputs), random.below(this.inputs)];
    const bits = Math.min(252, Math.max(...inputs.map((input) => this.widths[input])) + random.pick([0, 0, 3]));
    const [left, right] = inputs.map((input) => this.values[input]);
    if (this.satisfying && (left | right) >> BigInt(bits)) return;
    const [name, result] = random.pick([['AND', left & right], ['XOR', left ^ right]]);
    const constant = random.chance(20);
    const second = constant ? { Constant: field(right) } : witnessOf(inputs[1]);
    this.opcodes.push(blackBox(name, witnessOf(inputs[0]), second, bits, this.of(result)));
  }

  memory() {
    const { random } = this;
    if (this.blocks.size === 0 || random.chance(15)) {
      const cells = Array.from({ length: 1 + random.below(7) }, () => this.any());
      const block = random.below(10);
      this.opcodes.push({ MemoryInit: [block, cells, 'Memory'] });
      this.blocks.set(block, { cells: cells.map((cell) => this.values[cell]), isRam: random.chance(50) });
    }
    const [block, { cells, isRam }] = random.pick([...this.blocks]);
    const index = random.below(cells.length);
    const isWrite = isRam && random.chance(50);
    const value = isWrite ? this.any() : this.of(cells[index]);
    if (isWrite) cells[index] = this.values[value];
    this.opcodes.push({ MemoryOp: [block, [isWrite, this.of(BigInt(index)), value]] });
  }

  poseidon2() {
    const outputs = Array.from({ length: 4 }, () => this.any());
    this.opcodes.push(blackBox('Poseidon2Permutation', Array.from({ length: 4 }, () => witnessOf(this.any())), outputs));
  }

  finish() {
    const { random } = this;
    const count = this.satisfying ? this.inputs : this.values.length;
    const order = Array.from({ length: count }, (_, index) => index);
    const publics = order.filter(() => random.chance(25)).slice(0, 4);
    const returns = this.satisfying ? [] : Array.from({ length: random.pick([0, 0, 1, 3]) }, () => this.any());
    return { opcodes: this.opcodes, privates: order.filter((index) => !publics.includes(index)), publics, returns };
  }
}

const witnessesOf = {
  AssertZero: ([products, terms]) => [...products.flatMap(([, left, right]) => [left, right]), ...terms.map(([, witness]) => witness)],
  BlackBoxFuncCall: (box) => Object.values(box)[0].flat().flatMap((part) => part?.Witness ?? []),
  MemoryInit: ([, cells]) => cells,
  MemoryOp: ([, [, index, value]]) => [index, value],
};

/** How many witnesses bb wants for the program: up to the last that an opcode or a public input has. */
function witnessCount({ opcodes, publics, returns }) {
  const outputs = opcodes.flatMap(({ BlackBoxFuncCall: box }) => box?.AND?.[3] ?? box?.XOR?.[3] ?? []);
  const met = opcodes.flatMap((opcode) => Object.entries(opcode).flatMap(([name, parts]) => witnessesOf[name](parts)));
  return 1 + [0, ...met, ...outputs, ...publics, ...returns].reduce((most, witness) => Math.max(most, witness));
}

/** What a program is made of, and how often there is one of each kind among its opcodes. */
export const KINDS = {
  expressions: { rules: ['assertZero'], satisfying: true },
  ranges: { rules: ['range', 'range', 'assertZero'], satisfying: true },
  memories: { rules: ['memory', 'memory', 'assertZero'], satisfying: true },
  mixed: { rules: ['assertZero', 'range', 'memory'], satisfying: true },
  logic: { rules: ['logic', 'range', 'assertZero', 'memory'], satisfying: true },
  free: { rules: ['assertZero', 'range', 'memory'], satisfying: false },
  'free with logic': { rules: ['assertZero', 'range', 'memory', 'logic'], satisfying: false },
  'free with Poseidon2': { rules: ['assertZero', 'range', 'memory', 'poseidon2'], satisfying: false },
};

/** A program of the kind: its parts, and the values of its witnesses where there are some. */
export function randomProgram(random, kind) {
  const { rules, satisfying } = KINDS[kind];
  const growing = new Growing(random, satisfying);
  const size = 1 + random.below(random.pick([5, 20, 60]));
  for (let i = 0; i < size; i++) growing[random.pick(rules)]();
  const program = growing.finish();
  return { program, values: satisfying ? growing.values.slice(0, witnessCount(program)) : undefined };
}

/** The same program with one thing changed that its key has to show; undefined where there is none. */
export function changedProgram(random, program) {
  const changes = program.opcodes.flatMap((opcode, index) => {
    const { AssertZero: sum, BlackBoxFuncCall: box, MemoryOp: operation } = opcode;
    if (sum) return [{ index, to: { AssertZero: [sum[0], sum[1], field(BigInt(`0x${sum[2].toString('hex')}`) + 1n)] } }];
    if (box?.RANGE) return [{ index, to: blackBox('RANGE', box.RANGE[0], box.RANGE[1] + (box.RANGE[1] > 200 ? -50 : 50)) }];
    if (operation) return [{ index, to: undefined }];
    return [];
  });
  if (changes.length === 0) return undefined;
  const { index, to } = random.pick(changes);
  return { ...program, opcodes: program.opcodes.flatMap((opcode, at) => (at !== index ? [opcode] : to === undefined ? [opcode, opcode] : [to])) };
}
