// Random Noir programs and inputs for them. A program is a few functions, in the circuit or unconstrained, over every
// width of integer, fields, booleans, strings, arrays, tuples and structs, with loops, branches, dynamic indices, hashes
// and assertions of every kind. Many of its executions fail: how they fail is compared, too.

import { Random } from './random.mjs';

const UNSIGNED = ['u8', 'u16', 'u32', 'u64', 'u128'];
const SIGNED = ['i8', 'i16', 'i32', 'i64'];
const INTEGERS = [...UNSIGNED, ...SIGNED];
const SCALARS = [...INTEGERS, 'bool', 'Field'];
const ARRAY_LENGTH = 4;
const MOST_DEPTH = 3;

const widthOf = (type) => Number(type.slice(1));
const isInteger = (type) => INTEGERS.includes(type);
const isSigned = (type) => SIGNED.includes(type);

class Function {
  constructor(random, name, callable) {
    this.random = random;
    this.name = name;
    this.callable = callable;
    this.isUnconstrained = random.chance(40);
    this.parameters = Array.from({ length: 2 + random.below(4) }, (_, place) => ({ name: `p${place}`, type: random.pick(SCALARS) }));
    this.variables = [...this.parameters];
    this.result = random.pick(SCALARS);
    this.body = [];
    this.count = 0;
  }

  literal(type) {
    if (type === 'bool') return this.random.pick(['true', 'false']);
    const value = this.random.below(type === 'Field' ? 1000 : 60);
    return `(${value} as ${type})`;
  }

  variable(type) {
    const fitting = this.variables.filter((variable) => variable.type === type);
    return fitting.length > 0 && this.random.chance(85) ? this.random.pick(fitting).name : this.literal(type);
  }

  expression(type, depth = 0) {
    if (depth >= MOST_DEPTH || this.random.chance(15)) return this.variable(type);
    if (this.random.chance(8)) {
      const call = this.call(type, depth);
      if (call !== undefined) return call;
    }
    if (type === 'bool') return this.condition(depth);
    return type === 'Field' ? this.field(depth) : this.integer(type, depth);
  }

  condition(depth) {
    const type = this.random.pick(SCALARS);
    const left = this.expression(type, depth + 1);
    const right = this.variable(type);
    if (type === 'bool') return `(${left} ${this.random.pick(['&', '|', '^', '==', '!='])} ${right})`;
    if (type === 'Field') return this.random.chance(20) ? `${left}.lt(${right})` : `(${left} ${this.random.pick(['==', '!='])} ${right})`;
    return `(${left} ${this.random.pick(['<', '<=', '>', '>=', '==', '!='])} ${right})`;
  }

  field(depth) {
    const kind = this.random.below(10);
    if (kind < 3) return `(${this.expression(this.random.pick(UNSIGNED), depth + 1)} as Field)`;
    if (kind === 3) return `(${this.expression('bool', depth + 1)} as Field)`;
    if (kind === 4) return `(${this.expression('Field', depth + 1)} / ${this.variable('Field')})`;
    if (kind === 5) return `std::hash::poseidon2_permutation([${[0, 1, 2, 3].map(() => this.variable('Field'))}])[${this.random.below(4)}]`;
    if (kind === 6) return `std::hash::pedersen_hash([${this.variable('Field')}, ${this.variable('Field')}])`;
    return `(${this.expression('Field', depth + 1)} ${this.random.pick(['+', '-', '*'])} ${this.variable('Field')})`;
  }

  integer(type, depth) {
    const sub = () => this.expression(type, depth + 1);
    const width = widthOf(type);
    switch (this.random.below(10)) {
      case 0:
        return `(${this.expression(this.random.pick(INTEGERS.filter((other) => other !== type)), depth + 1)} as ${type})`;
      case 1:
        return isSigned(type) ? `(${sub()} >> ${this.random.below(width)})` : `(${this.expression(this.random.pick(['Field', 'bool']), depth + 1)} as ${type})`;
      case 2:
        return `(${this.variable(type)} ${this.random.pick(['<<', '>>'])} ${this.random.below(width)})`;
      case 3:
        return `(${sub()} ${this.random.pick(['/', '%'])} ${this.random.chance(50) ? this.variable(type) : `(${1 + this.random.below(9)} as ${type})`})`;
      case 4:
        return `(!${sub()})`;
      case 5:
        return `(${sub()} ${this.random.pick(['&', '|', '^'])} ${this.variable(type)})`;
      case 6:
      case 7:
        return `(${sub()}).wrapping_${this.random.pick(['add', 'sub', 'mul'])}(${this.variable(type)})`;
      case 8:
        return type === 'u8' && this.random.chance(30) ? this.hash() : `(${sub()} ^ ${this.variable(type)})`;
      default:
        return `(${this.variable(type)} ${this.random.pick(['+', '-', '*'])} ${this.variable(type)})`;
    }
  }

  hash() {
    const bytes = Array.from({ length: 1 + this.random.below(40) }, () => this.variable('u8'));
    return `std::hash::${this.random.pick(['blake2s', 'blake3'])}([${bytes}])[${this.random.below(32)}]`;
  }

  call(type, depth) {
    const fitting = this.callable.filter(({ result, isUnconstrained }) => result === type && (isUnconstrained || !this.isUnconstrained));
    if (fitting.length === 0) return undefined;
    const callee = this.random.pick(fitting);
    const values = callee.parameters.map(({ type: wanted }) => this.expression(wanted, depth + 2));
    values.push('p_mode', 'a', 's');
    const call = `${callee.name}(${values.join(', ')})`;
    return callee.isUnconstrained && !this.isUnconstrained ? `(unsafe { ${call} })` : call;
  }

  index() {
    return this.random.chance(85) ? `(${this.expression('u8', 2)} as u32 % ${ARRAY_LENGTH})` : `(${this.variable('u8')} as u32)`;
  }

  statement(depth) {
    const kind = this.random.below(12);
    const type = this.random.pick(SCALARS);
    const own = this.variables.filter(({ isMutable }) => isMutable);
    if (kind < 4 || own.length === 0) return this.declare(type);
    const target = this.random.pick(own);
    if (kind < 6) return `${target.name} = ${this.expression(target.type)};`;
    if (kind === 6) return `a[${this.index()}] = a[${this.index()}] ^ ${this.expression('u32', 1)};`;
    if (kind === 7) return this.assertion();
    if (depth > 1) return `${target.name} = ${this.variable(target.type)};`;
    if (kind === 8) return `for j in 0..${1 + this.random.below(5)} { a[j % ${ARRAY_LENGTH}] = a[j % ${ARRAY_LENGTH}] & 0xffff; ${this.inner(depth)} }`;
    if (kind === 9 && this.isUnconstrained) return `let mut k: u32 = 0; while (k < ${this.random.below(9)}) & ${this.expression('bool', 2)} { k += 1; ${this.inner(depth)} }`;
    if (kind === 10) return `s = Pair { first: ${this.expression('i16', 1)}, second: [s.second[1], ${this.expression('Field', 1)}], flag: ${this.expression('bool', 1)} };`;
    return `if ${this.expression('bool')} { ${this.inner(depth)} } else { ${this.inner(depth)} }`;
  }

  /** Statements of a block, whose variables end with it. */
  inner(depth) {
    const outside = [...this.variables];
    const text = Array.from({ length: 1 + this.random.below(2) }, () => this.statement(depth + 1)).join(' ');
    this.variables = outside;
    return text;
  }

  declare(type) {
    const name = `v${this.count++}`;
    const text = `let mut ${name}: ${type} = ${this.expression(type)};`;
    this.variables.push({ name, type, isMutable: true });
    return text;
  }

  assertion() {
    const condition = `(${this.condition(1)}) | ${this.random.chance(60) ? '(p_mode != 0)' : 'false'}`;
    const { name } = this.random.pick(this.variables);
    switch (this.random.below(5)) {
      case 0:
        return `assert(${condition});`;
      case 1:
        return `assert(${condition}, "said in ${this.name}");`;
      case 2:
        return `assert(${condition}, f"${name} was {${name}} in {s}");`;
      case 3:
        return `assert(${condition}, s);`;
      default:
        return `assert(${condition}, (${name}, a));`;
    }
  }

  write(statements) {
    this.body.push('let mut a: [u32; 4] = p_list;', 'let mut s = p_pair;');
    for (let place = 0; place < statements; place++) this.body.push(this.statement(0));
    const result = this.name === 'main' ? '' : this.expression(this.result);
    this.body.push(result === '' ? this.all() : result);
    return this;
  }

  /** All that main knows, so that nothing of it is left out. */
  all() {
    const declared = this.body.join('\n').match(/^let mut v\d+: \w+/gm) ?? [];
    this.outputs = declared.map((text) => /(v\d+): (\w+)/.exec(text)).map(([, name, type]) => ({ name, type }));
    return `(${[...this.outputs.map(({ name }) => name), 'a', 's'].join(', ')})`;
  }

  signature() {
    return [...this.parameters, ...HIDDEN].map(({ name, type }) => `${name}: ${type}`).join(', ');
  }

  toString() {
    const kind = this.isUnconstrained ? 'unconstrained fn' : 'fn';
    const result = this.name === 'main' ? `pub (${[...this.outputs.map(({ type }) => type), '[u32; 4]', 'Pair'].join(', ')})` : this.result;
    return `${kind} ${this.name}(${this.signature()}) -> ${result} {\n    ${this.body.join('\n    ')}\n}\n`;
  }
}

const HIDDEN = [
  { name: 'p_mode', type: 'u8' },
  { name: 'p_list', type: '[u32; 4]' },
  { name: 'p_pair', type: 'Pair' },
];

/** The source of the program that a seed makes, and a function that makes inputs for it. */
export function generateProgram(seed) {
  const random = new Random(seed);
  const callable = [];
  for (let place = 0; place < 2; place++) {
    const made = new Function(random, `f${place}`, [...callable]).write(2 + random.below(4));
    callable.push(made);
  }
  const main = new Function(random, 'main', callable);
  main.isUnconstrained = random.chance(15);
  main.write(4 + random.below(6));
  const source = [
    'use std::ops::{WrappingAdd, WrappingMul, WrappingSub};',
    'struct Pair { first: i16, second: [Field; 2], flag: bool }',
    ...callable.map(String),
    main.toString(),
  ].join('\n');
  return { source, parameters: [...main.parameters, ...HIDDEN] };
}

function integerValue(random, type) {
  const width = BigInt(widthOf(type));
  const least = isSigned(type) ? -(1n << (width - 1n)) : 0n;
  const most = isSigned(type) ? (1n << (width - 1n)) - 1n : (1n << width) - 1n;
  const spread = random.bits(Number(width)) + least;
  return random.pick([spread, least, most, BigInt(random.below(10)), BigInt(random.below(50))]);
}

function shown(random, value) {
  if (value < 0n) return random.pick([`${value}`, `-0x${(-value).toString(16)}`]);
  const small = value <= 9007199254740991n;
  return random.pick([`${value}`, `0x${value.toString(16)}`, small ? Number(value) : `${value}`, `0x0${value.toString(16).toUpperCase()}`]);
}

/** Now and then something that is none: both sides have to refuse it. */
function wrongValue(random) {
  return random.pick(['', ' 1', '1.5', '0x', '-', '+-1', '1__0_', '_1', '0b1', 'x', true, [], {}, 1.5, -1, '340282366920938463463374607431768211456', `${2n ** 256n}`, '99999999999999999999']);
}

function valueOf(random, type) {
  if (random.chance(1)) return wrongValue(random);
  if (type === 'bool') return random.pick([true, false, 0, 1, '1']);
  if (type === 'Field') return shown(random, random.field());
  if (isInteger(type)) return shown(random, integerValue(random, type));
  if (type === 'Pair') return { first: valueOf(random, 'i16'), second: [valueOf(random, 'Field'), valueOf(random, 'Field')], flag: valueOf(random, 'bool') };
  const length = random.chance(2) ? random.below(6) : ARRAY_LENGTH;
  return Array.from({ length }, () => valueOf(random, 'u32'));
}

export function generateInputs(parameters, seed) {
  const random = new Random(seed);
  const inputs = Object.fromEntries(parameters.map(({ name, type }) => [name, valueOf(random, type)]));
  if (random.chance(1)) delete inputs[random.pick(parameters).name];
  if (random.chance(70)) inputs.p_mode = 1;
  return inputs;
}
