// fake_bb.mjs REAL_BB BEHAVIOUR_FILE ARGUMENT...: a bb that proves as the file says and else is the real one. `key:`
// (`load:`) before a behaviour: that is how it makes a key (reads a circuit), and all else is the real one's.

import { spawnSync } from 'node:child_process';
import { readFileSync, readSync, writeFileSync, writeSync } from 'node:fs';

const [, , realBb, behaviourFile, ...args] = process.argv;
const MOST_BYTES = 64 << 20;

function frame(...bytes) {
  const payload = Buffer.concat(bytes.map((piece) => Buffer.from(piece)));
  const header = Buffer.alloc(4);
  header.writeUInt32LE(payload.length);
  return Buffer.concat([header, payload]);
}

const text = (string) => Buffer.concat([Buffer.from([0xda, string.length >> 8, string.length & 0xff]), Buffer.from(string)]);
const wordOf = (byte) => [0xc4, 32, ...new Array(32).fill(byte)];
const proofResponse = (...words) => frame(
  [0x92], text('CircuitProveResponse'), [0x82], text('public_inputs'), [0x90],
  text('proof'), [0x90 | words.length], words.flat(),
);

function say(bytes) {
  for (let at = 0; at < bytes.length; ) at += writeSync(1, bytes, at);
}

function forever() {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
}

/** What happens at a proof; `question` is all that the fake was given. */
const behaviours = {
  hang: forever,
  greedy: () => {
    for (const held = []; ; ) held.push(Buffer.alloc(MOST_BYTES, 1));
  },
  crash: () => process.exit(3),
  abort: () => process.abort(),
  silent_end: () => process.exit(0),
  // bb's own messages may show what it worked on: here they show all of it.
  telltale: (question) => {
    for (const form of [question.toString('hex'), BigInt(`0x${question.toString('hex')}`).toString(), question]) {
      writeSync(2, form.subarray ? form : Buffer.from(`${form.slice(-3000)}\n`));
    }
    process.exit(1);
  },
  telltale_error: (question) => say(frame([0x92], text('ErrorResponse'), [0x81], text('message'), text(`bad: ${question.toString('hex').slice(-600)}`))),
  no_points: () => say(frame([0x92], text('ErrorResponse'), [0x81], text('message'), text('HTTP request failed for http://127.0.0.1/g1.dat: no'))),
  garbage: () => say(frame(Buffer.alloc(100, 0xc1))),
  not_a_response: () => say(frame([0x93, 1, 2, 3])),
  another_response: () => say(frame([0x92], text('CircuitVerifyResponse'), [0x81], text('verified'), [0xc3])),
  huge: () => {
    say(Buffer.from([0xff, 0xff, 0xff, 0xff]));
    forever();
  },
  half: () => {
    say(proofResponse(wordOf(1)).subarray(0, 40));
    process.exit(0);
  },
  half_and_hang: () => {
    say(proofResponse(wordOf(1)).subarray(0, 40));
    forever();
  },
  empty: () => say(frame([])),
  no_proof: () => say(proofResponse()),
  short_words: () => say(proofResponse([0xc4, 3, 1, 2, 3])),
  more_than_asked: () => say(Buffer.concat([frame([0xc0]), proofResponse(wordOf(1))])),
  junk_proof: () => say(proofResponse(wordOf(1), wordOf(2), wordOf(3))),
};

/** 1 GiB to standard error, and then what was asked for. */
function flood() {
  const megabyte = Buffer.alloc(1 << 20, 'flood\n');
  for (let i = 0; i < 1024; i++) for (let at = 0; at < megabyte.length; ) at += writeSync(2, megabyte, at);
}

function read(length) {
  const bytes = Buffer.alloc(length);
  for (let at = 0; at < length; ) {
    const got = readSync(0, bytes, at, length - at);
    if (got === 0) process.exit(0);
    at += got;
  }
  return bytes;
}

function behaviour() {
  return readFileSync(behaviourFile, 'utf8');
}

/** What is scripted for a question over the pipe, if anything is. */
function scriptFor(payload) {
  const [, of = 'proof', name] = /^(?:(key|load):)?(.*)$/.exec(behaviour());
  const command = { proof: 'CircuitProve', key: 'CircuitComputeVk', load: 'CircuitStats' }[of];
  return payload.subarray(0, 64).includes(command) && behaviours[name];
}

function askRealBb(question) {
  const { stdout, stderr } = spawnSync(realBb, args, { input: question, maxBuffer: MOST_BYTES });
  writeSync(2, stderr);
  return stdout;
}

/** The bb to come: an id before each frame, which the answer repeats, and a schema that tells. */
function serveWithIds() {
  for (;;) {
    const length = read(4).readUInt32LE();
    const id = read(8);
    if (id.readBigUInt64LE() === 0n) process.exit(4);
    const payload = read(length - 8);
    const answer = askRealBb(frame(payload)).subarray(4);
    say(frame(id, answer));
  }
}

function serve() {
  if (behaviour() === 'with_ids') serveWithIds();
  for (;;) {
    const header = read(4);
    if (behaviour() === 'deaf') forever();
    const payload = read(header.readUInt32LE());
    const isProof = payload.subarray(0, 64).includes('CircuitProve');
    const scripted = scriptFor(payload);
    if (isProof && behaviour() === 'flood') flood();
    if (scripted) scripted(payload);
    else if (isProof && ['wrong_msm', 'one_msm'].includes(behaviour())) say(spoilAnswer(askRealBb(Buffer.concat([header, payload]))));
    else say(askRealBb(Buffer.concat([header, payload])));
  }
}

/** Makes a proof wrong where it was to be made in the faster way, as a faster way that is wrong would. */
function spoil(proof) {
  if (process.env.BB_MSM_NEW !== undefined) proof[proof.length - 40] ^= 1;
  return proof;
}

/** The answer of a bb, its proof spoilt: the last words of it stand before the key that was asked with. */
function spoilAnswer(answer) {
  const end = answer.lastIndexOf(Buffer.concat([Buffer.from([0xa2]), Buffer.from('vk')]));
  spoil(answer.subarray(0, end));
  return answer;
}

/** How `bb verify` ends without a verdict. */
const verifierEnds = {
  verifier_killed: () => process.kill(process.pid, 'SIGKILL'),
  verifier_out_of_time: () => process.kill(process.pid, 'SIGXCPU'),
  verifier_forbidden: () => process.kill(process.pid, 'SIGSYS'),
  verifier_not_found: () => process.exit(127),
  verifier_other: () => process.exit(2),
  verifier_without_words: () => process.exit(1),
};

function runCommand() {
  if (args[0] === 'verify' && verifierEnds[behaviour()]) {
    verifierEnds[behaviour()]();
    forever();
  }
  const scripted = args[0] === 'prove' && behaviours[behaviour()];
  if (args[0] === 'prove' && behaviour() === 'flood') flood();
  if (scripted) return scripted(readFileSync(args[args.indexOf('-w') + 1]));
  if (args[1] === 'schema' && behaviour() === 'one_msm') {
    say(Buffer.from(askRealBb('').toString().replaceAll('SetMsmLegacy', 'SetNothing')));
    process.exit(0);
  }
  if (args[1] === 'schema' && behaviour() === 'with_ids') {
    say(Buffer.from(askRealBb('').toString().replace('"Api"', '"BbApi"')));
    process.exit(0);
  }
  const { status } = spawnSync(realBb, args, { stdio: 'inherit' });
  if (args[0] === 'prove' && ['wrong_msm', 'one_msm'].includes(behaviour())) writeFileSync('proof', spoil(readFileSync('proof')));
  process.exit(status ?? 1);
}

if (args[0] === 'msgpack' && args[1] === 'run') serve();
else runCommand();
