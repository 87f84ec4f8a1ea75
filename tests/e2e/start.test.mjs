// Before it serves: options, and every reason not to start, said at once with what to do.

import assert from 'node:assert/strict';
import {
  appendFileSync, chmodSync, copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { bbVerifies, compiled, crsCopy, publicInputsOf, squareCircuit, squareWitness } from './lib/circuits.mjs';
import { Daemon, defaultOptions, runToEnd } from './lib/daemon.mjs';
import { FakeBb, shellProgram } from './lib/fake.mjs';
import { assertError } from './lib/http.mjs';
import { BB, CRS, MAZE, MAZE_WITNESS, temporaryFolder } from './lib/paths.mjs';
import { mazeWitness } from './lib/witness.mjs';

const CANNOT_SERVE = 1;
const WRONG_OPTION = 2;

// A port that is taken shows that nothing listens before all else is known to be right.
let taken;
before(async () => {
  taken = createServer();
  await new Promise((resolve) => taken.listen(0, '127.0.0.1', resolve));
});
after(() => taken.close());

/** It must end with 1, say in one line of the log why, and leave nothing. Gives the reason. */
async function assertCannotServe(options, ...patterns) {
  const listen = `127.0.0.1:${taken.address().port}`;
  const { status, signal, stdout, stderr, daemon } = await runToEnd(defaultOptions({ listen, ...options }));
  assert.deepEqual([status, signal, stdout], [CANNOT_SERVE, null, ''], stderr);
  const errors = daemon.events('cannot serve');
  assert.equal(errors.length, 1, stderr);
  assert.equal(errors[0].level, 'error');
  for (const pattern of patterns) {
    if (typeof pattern === 'string') assert.ok(errors[0].why.includes(pattern), `${pattern} in: ${errors[0].why}`);
    else assert.match(errors[0].why, pattern);
  }
  assert.equal(daemon.events('ready').length, 0);
  assert.deepEqual(daemon.offspring(), []);
  assert.deepEqual(daemon.leftovers(), []);
  return errors[0].why;
}

describe('the CRS', () => {
  const WHAT_TO_DO = /script\/crs|--crs-path/;

  function brokenCrs(...changes) {
    const folder = crsCopy();
    for (const [name, change] of changes) change(join(folder, name));
    return folder;
  }
  const flip = (at) => (path) => {
    const bytes = readFileSync(path);
    bytes[at] ^= 1;
    writeFileSync(path, bytes);
  };
  const remove = (path) => rmSync(path);
  const shorten = (length) => (path) => truncateSync(path, length);
  const [compressed, points, g2] = ['bn254_g1_compressed.dat', 'bn254_g1.dat', 'bn254_g2.dat'];

  test('no_folder__is_named', () => {
    const folder = join(temporaryFolder(), 'nothing');
    return assertCannotServe({ 'crs-path': folder }, folder, WHAT_TO_DO);
  });

  test('an_empty_folder__is_named', () => {
    const folder = temporaryFolder();
    return assertCannotServe({ 'crs-path': folder }, join(folder, compressed), WHAT_TO_DO);
  });

  test('a_file_instead_of_a_folder__is_named', () =>
    assertCannotServe({ 'crs-path': join(CRS, g2) }, join(CRS, g2), WHAT_TO_DO));

  test('a_short_file__is_named', async () => {
    for (const length of [0, 32, 262_175]) {
      const folder = brokenCrs([points, remove], [compressed, shorten(length)]);
      await assertCannotServe({ 'crs-path': folder }, join(folder, compressed), /short|no CRS file/, WHAT_TO_DO);
    }
  });

  test('a_corrupt_file__is_named', async () => {
    for (const at of [0, 31, 100_000, 262_175]) {
      const folder = brokenCrs([points, remove], [compressed, flip(at)]);
      await assertCannotServe({ 'crs-path': folder }, join(folder, compressed), /corrupt/, WHAT_TO_DO);
    }
  });

  test('a_corrupt_g2_file__is_named', async () => {
    const folder = brokenCrs([g2, flip(64)]);
    await assertCannotServe({ 'crs-path': folder }, join(folder, g2), /corrupt/, WHAT_TO_DO);
  });

  test('corrupt_decompressed_points_alone__are_named', async () => {
    const folder = brokenCrs([compressed, remove], [points, flip(5000)]);
    await assertCannotServe({ 'crs-path': folder }, join(folder, points), /corrupt/, WHAT_TO_DO);
  });

  const working = {
    'only_the_compressed_file': [[points, remove], [g2, remove]],
    'only_the_decompressed_file': [[compressed, remove], [g2, remove]],
    'a_short_decompressed_file_beside_the_compressed_one': [[points, shorten(4096)]],
    'corrupt_decompressed_points_beside_the_compressed_file': [[points, flip(70)]],
  };
  for (const [name, changes] of Object.entries(working)) {
    test(`${name}__is_enough`, async (t) => {
      const daemon = await Daemon.start({ circuit: await squareCircuit(), 'crs-path': brokenCrs(...changes) });
      t.after(() => daemon.stop());
      assert.equal((await daemon.prove((await squareWitness()).gzipped)).status, 200);
    });
  }

  test('only_the_compressed_file__is_enough_for_the_maze', async (t) => {
    const daemon = await Daemon.start({ 'crs-path': brokenCrs([points, remove]) });
    t.after(() => daemon.stop());
    assert.equal((await daemon.prove(mazeWitness)).status, 200);
  });

  test('too_few_points_for_the_circuit__are_told_with_both_numbers', async () => {
    const source = `fn main(x: Field, y: pub Field) {
    let mut z = x;
    for i in 0..9000 {
        z = z * z + i as Field;
    }
    assert(z == y);
}
`;
    const circuit = await compiled('long', source);
    for (const engine of ['pool', 'cli']) {
      const listen = '127.0.0.1:0'; // it listens while bb reads the circuits
      await assertCannotServe({ circuit, engine, listen }, 'long', '16384', /819[23]/, /script\/crs CIRCUIT\.json/);
    }
  });
});

describe('bb', () => {
  const WHAT_TO_DO = /--bb\b|--engine cli|@aztec\/bb\.js/;

  test('no_bb__is_named', () => {
    const bb = join(temporaryFolder(), 'bb');
    return assertCannotServe({ bb }, bb, WHAT_TO_DO);
  });

  test('no_bb_on_the_path__is_said', () => assertCannotServe({ bb: 'bb-of-nobody' }, 'bb-of-nobody', WHAT_TO_DO));

  test('a_bb_that_cannot_be_executed__is_named', async () => {
    const bb = join(temporaryFolder(), 'bb');
    writeFileSync(bb, 'not a program');
    await assertCannotServe({ bb }, bb, /Permission denied/, WHAT_TO_DO);
    chmodSync(bb, 0o755);
    await assertCannotServe({ bb }, bb, /Exec format error/, WHAT_TO_DO);
  });

  test('a_folder__is_named', () => assertCannotServe({ bb: '/tmp' }, '/tmp', WHAT_TO_DO));

  for (const program of ['/bin/true', '/bin/false', '/bin/echo', '/bin/cat']) {
    for (const engine of ['pool', 'cli']) {
      test(`${program}__is_no_bb__${engine}`, async (t) => {
        if (!existsSync(program)) return t.skip(`there is no ${program}`);
        await assertCannotServe({ bb: program, engine }, /bb/, WHAT_TO_DO);
      });
    }
  }

  test('a_bb_that_hangs__is_given_up', async () => {
    const bb = shellProgram('exec sleep 1000');
    await assertCannotServe({ bb }, bb, WHAT_TO_DO);
  });

  test('a_bb_that_wants_an_id_before_each_frame__gets_one', async (t) => {
    const circuit = await squareCircuit();
    const daemon = await Daemon.start({ circuit, bb: new FakeBb('with_ids').path });
    t.after(() => daemon.stop());
    for (let i = 0; i < 3; i++) {
      const response = await daemon.prove((await squareWitness()).gzipped);
      assert.equal(response.status, 200, response.body.toString());
      assert.ok(await bbVerifies(response.body, publicInputsOf(response), circuit));
    }
  });

  test('an_old_bb_without_the_persistent_api__is_told_with_the_way_out', async (t) => {
    const old = shellProgram(`case $1 in
msgpack) echo 'The following argument was not expected: msgpack' >&2; exit 1 ;;
--version) echo 0.85.0 ;;
*) exec '${BB}' "$@" ;;
esac`);
    await assertCannotServe({ bb: old }, '0.85.0', /--engine cli/);
    const daemon = await Daemon.start({ bb: old, engine: 'cli' });
    t.after(() => daemon.stop());
    assert.equal((await daemon.health()).bb_version, '0.85.0');
    assert.equal((await daemon.prove(mazeWitness)).status, 200);
  });

  test('a_bb_whose_api_lacks_a_command__is_told_with_the_way_out', async () => {
    const other = shellProgram(`case $1 in
msgpack) exec '${BB}' msgpack schema | sed 's/CircuitVerify/CircuitFalsify/g' ;;
*) exec '${BB}' "$@" ;;
esac`);
    await assertCannotServe({ bb: other }, /--engine cli/);
  });

  test('a_bb_on_the_path__is_found', async (t) => {
    const folder = temporaryFolder('path');
    copyFileSync(BB, join(folder, 'bb'));
    const circuit = await squareCircuit();
    const daemon = await Daemon.start({ circuit, bb: undefined }, { env: { PATH: `/nowhere:${folder}:${process.env.PATH}` } });
    t.after(() => daemon.stop());
    assert.equal((await daemon.prove((await squareWitness()).gzipped)).status, 200);
  });
});

describe('the circuit', () => {
  const program = JSON.parse(readFileSync(MAZE, 'utf8'));

  function circuitFile(content, name = 'broken.json') {
    const path = join(temporaryFolder('circuit'), name);
    writeFileSync(path, typeof content === 'object' && !Buffer.isBuffer(content) ? JSON.stringify(content) : content);
    return path;
  }

  test('no_circuit__is_asked_for', () => assertCannotServe({ circuit: undefined }, /--circuit/));

  test('a_missing_file__is_named', () => {
    const circuit = join(temporaryFolder(), 'circuit.json');
    return assertCannotServe({ circuit }, circuit, /No such file.*compile/);
  });

  test('a_folder__is_named', () => {
    const circuit = temporaryFolder();
    return assertCannotServe({ circuit }, circuit, /it is a folder, not a file/);
  });

  const wrong = {
    'an_empty_file': '',
    'no_json': 'circuit',
    'the_witness': readFileSync(MAZE_WITNESS),
    'a_list': [],
    'an_object_without_bytecode': {},
    'bytecode_that_is_no_text': { ...program, bytecode: 5 },
    'empty_bytecode': { ...program, bytecode: '' },
    'bytecode_that_is_no_base64': { ...program, bytecode: '!' },
    'bytecode_that_is_no_gzip': { ...program, bytecode: Buffer.from('hello').toString('base64') },
    'bytecode_cut_off': { ...program, bytecode: program.bytecode.slice(0, 4000) },
    'another_format': { ...program, bytecode: gzipSync(Buffer.alloc(100, 1)).toString('base64') },
    'the_right_format_and_nonsense': { ...program, bytecode: gzipSync(Buffer.alloc(100, 3)).toString('base64') },
  };
  for (const [name, content] of Object.entries(wrong)) {
    test(`${name}__is_told_with_the_circuits_name`, () =>
      assertCannotServe({ circuit: circuitFile(content) }, 'broken', /compile/));
  }

  test('two_of_a_name__are_told', () => assertCannotServe({ circuit: [MAZE, `circuit=${MAZE}`] }, /circuit/));

  test('a_name_that_is_none__is_told', async () => {
    for (const name of ['a b', '', '../x', 'x'.repeat(65)]) {
      await assertCannotServe({ circuit: `${name}=${MAZE}` }, /name is 1 to 64 letters/);
    }
  });

  test('trailing_text_after_the_json__is_told', async () => {
    const circuit = circuitFile(program);
    appendFileSync(circuit, '}');
    await assertCannotServe({ circuit }, 'broken', /compile/);
  });
});

describe('the address', () => {
  test('a_port_in_use__is_named', () => assertCannotServe({ circuit: MAZE }, String(taken.address().port), /in use; stop what serves there, or name another port/));

  test('an_address_of_another_machine__is_named', () =>
    assertCannotServe({ listen: '192.0.2.1:8080' }, '192.0.2.1', /annot assign/));

  test('a_name_instead_of_an_address__is_told', () =>
    assertCannotServe({ listen: 'no.such.host.test:8080' }, 'no.such.host.test', /127\.0\.0\.1:8080/));
});

describe('TMPDIR', () => {
  async function assertRefused(TMPDIR, ...patterns) {
    const { status, daemon } = await runToEnd(defaultOptions(), { env: { TMPDIR } });
    assert.equal(status, CANNOT_SERVE);
    const [{ why }] = daemon.events('cannot serve');
    for (const pattern of [...patterns, /set TMPDIR to a folder that can be written$/]) assert.match(why, pattern);
  }

  test('a_folder_that_is_not_there__is_named', () => {
    const tmp = join(temporaryFolder(), 'nothing');
    return assertRefused(tmp, new RegExp(tmp), /No such file/);
  });

  test('a_file__is_named', () => {
    const file = join(temporaryFolder(), 'file');
    writeFileSync(file, '');
    return assertRefused(file, new RegExp(file), /Not a directory/);
  });

  test('a_folder_that_cannot_be_written__is_named', () => assertRefused('/proc', /\/proc/));

  test('a_path_that_is_too_long__is_told', async () => {
    await assertRefused(`/${'x'.repeat(300)}`, /too long/);
    await assertRefused(`/tmp${'/.'.repeat(2500)}`, /longer than 3840 bytes/);
  });

  // Each bb has a working directory of its own.
  for (const engine of ['pool', 'cli']) {
    test(`a_relative_path__works_with_engine_${engine}`, async (t) => {
      const cwd = temporaryFolder('cwd');
      mkdirSync(join(cwd, 'tmp'));
      const daemon = await Daemon.start({ circuit: await squareCircuit(), engine }, { cwd, env: { TMPDIR: './tmp' } });
      t.after(() => daemon.stop());
      assert.equal((await daemon.prove((await squareWitness()).gzipped)).status, 200);
      assert.equal(readdirSync(join(cwd, 'tmp')).length, 1);
    });
  }
});

describe('options', () => {
  const NAMES = [
    'listen', 'circuit', 'crs-path', 'bb', 'engine', 'workers', 'prove-timeout', 'max-witness-bytes', 'log-level',
    'log-format', 'cors-origin', 'request-timeout', 'body-timeout', 'grace', 'queue',
  ];

  test('help__lists_every_option_with_its_variable', async () => {
    for (const flag of ['--help', '-h']) {
      const { status, stdout, stderr } = await runToEnd([flag]);
      assert.deepEqual([status, stderr], [0, '']);
      const flags = [...stdout.matchAll(/^ {2}--([a-z-]+)/gm)].map(([, name]) => name);
      for (const name of [...NAMES, 'check', 'version', 'help']) assert.ok(flags.includes(name), `--${name}`);
      for (const name of flags.filter((one) => !['check', 'version', 'help'].includes(one))) {
        assert.ok(stdout.includes(`[PROVERD_${name.toUpperCase().replaceAll('-', '_')}`), name);
      }
      assert.match(stdout, /0\.0\.0\.0:8080/);
      assert.match(stdout, /PROVE_TIMEOUT, default 90\]/);
      assert.match(stdout, /REQUEST_TIMEOUT, default 120\]/);
      assert.ok(stdout.split('\n').every((line) => line.length <= 80));
    }
  });

  test('version__is_printed', async () => {
    const { status, stdout, stderr } = await runToEnd(['--version']);
    assert.deepEqual([status, stderr], [0, '']);
    assert.match(stdout, /^proverd \d+\.\d+\.\d+\S*\n$/);
  });

  const wrong = [
    ['--nothing'], ['--nothing=1'], ['-x'], ['circuit.json'], ['--'], ['--workers'], ['--workers', '257'],
    ['--workers', 'many'], ['--workers', '1x'], ['--workers', ''], ['--workers=-1'], ['--workers=1.5'],
    ['--workers=99999999999999999999'], ['--prove-timeout', '0'], ['--engine', 'magic'], ['--engine', ''],
    ['--engine', 'poo'], ['--engine', 'pool|cli'], ['--log-level', 'loud'], ['--log-format', 'xml'],
    ['--listen', '8080'], ['--listen', ':8080'], ['--listen', '127.0.0.1'], ['--listen', '127.0.0.1:'],
    ['--listen', '127.0.0.1:65536'], ['--listen', '127.0.0.1:-1'], ['--listen', '127.0.0.1:80x'], ['--listen', '127.0.0.1: 80'],
    ['--bb', ''], ['--crs-path', ''], ['--max-witness-bytes', '0'], ['--queue', '0'],
  ];
  for (const args of wrong) {
    test(`wrong_option__${args.join('_').replace(/\W+/g, '_')}`, async () => {
      const { status, stdout, stderr } = await runToEnd(args);
      assert.deepEqual([status, stdout], [WRONG_OPTION, ''], stderr);
      assert.match(stderr, /^proverd: .+\n$/);
      const [flag] = args[0].split('=');
      assert.ok(stderr.includes(flag), stderr);
    });
  }

  test('a_wrong_variable__is_named', async () => {
    for (const [name, value] of [['PROVERD_WORKERS', 'x'], ['PROVERD_ENGINE', 'x'], ['PROVERD_LISTEN', 'x']]) {
      const { status, stderr } = await runToEnd([], { env: { [name]: value } });
      assert.equal(status, WRONG_OPTION);
      assert.match(stderr, new RegExp(`^proverd: ${name} `));
    }
  });

  test('a_misspelt_variable__is_a_warning_with_the_one_that_is_meant', async (t) => {
    const env = { PROVERD_WOKERS: '7', PROVERD_QUEUE: '' };
    const daemon = await Daemon.start({ circuit: await squareCircuit() }, { env });
    t.after(() => daemon.stop());
    const warnings = daemon.events('a variable that is no option');
    assert.equal(warnings.length, 1);
    assert.deepEqual([warnings[0].level, warnings[0].variable, warnings[0].nearest], ['warning', 'PROVERD_WOKERS', 'PROVERD_WORKERS']);
    assert.ok(!daemon.stderr.includes('"7"'));
    assert.equal((await daemon.health()).queue_capacity, 64, 'an empty variable is none');
  });

  test('sizes_and_times__are_understood', async (t) => {
    const circuit = await squareCircuit();
    const daemon = await Daemon.start({ circuit, 'max-body-bytes': '1K', 'prove-timeout': '5m' }, { env: { PROVERD_MEMORY: '1G' } });
    t.after(() => daemon.stop());
    assert.equal(daemon.events('machine')[0].memory_bytes, 2 ** 30);
    assertError(await daemon.prove(Buffer.alloc(1025)), 413, 'body_too_large', /1024/);
  });

  test('variables__do_what_options_do', async (t) => {
    const circuit = await squareCircuit();
    const env = {
      PROVERD_LISTEN: '127.0.0.1:0',
      PROVERD_CIRCUIT: `maze=${MAZE},root=${circuit}`,
      PROVERD_CRS_PATH: CRS,
      PROVERD_BB: BB,
      PROVERD_ENGINE: 'cli',
      PROVERD_WORKERS: '3',
      PROVERD_CORS_ORIGIN: 'https://app.test',
      PROVERD_MAX_BODY_BYTES: '10000',
      PROVERD_QUEUE: '7',
    };
    const daemon = await Daemon.start({}, { args: [], env });
    t.after(() => daemon.stop());
    const health = await daemon.health();
    assert.deepEqual([health.engine, health.workers, health.queue_capacity], ['cli', 3, 7]);
    const namesIn = ({ circuits }) => circuits.map((circuit) => circuit.name ?? circuit);
    assert.deepEqual(namesIn(health), ['maze', 'root']);
    assert.equal((await daemon.get('/api', { Origin: 'https://app.test' })).headers['access-control-allow-origin'], 'https://app.test');
    assert.equal((await daemon.prove(Buffer.alloc(10_001))).status, 413);
    const flagged = await Daemon.start({}, { args: ['--engine', 'pool', '--circuit', circuit], env });
    t.after(() => flagged.stop());
    const other = await flagged.health();
    assert.equal(other.engine, 'pool', 'an option wins over its variable');
    assert.deepEqual(namesIn(other), ['square'], 'and replaces a list');
    assert.equal(other.workers, 3);
  });

  test('log_format_text__is_for_people', async () => {
    const circuit = await squareCircuit();
    const { stderr, status } = await runToEnd(defaultOptions({ circuit, 'log-format': 'text', listen: `127.0.0.1:${taken.address().port}` }));
    assert.equal(status, CANNOT_SERVE);
    for (const line of stderr.trim().split('\n')) assert.match(line, /^\d{4}-\d\d-\d\dT[\d:.]+Z (info|warning|error) +\w/);
  });

  test('log_level__leaves_out_what_is_below', async () => {
    const daemon = await Daemon.start({ circuit: await squareCircuit() });
    await daemon.get('/api');
    await daemon.stop();
    assert.ok(daemon.events('request').length === 1);
    const circuit = join(temporaryFolder(), 'nothing.json');
    const { stderr } = await runToEnd(defaultOptions({ circuit, 'log-level': 'error' }));
    assert.equal(stderr.trim().split('\n').length, 1);
  });

  test('ready__is_said_once_all_is_ready', async (t) => {
    const daemon = await Daemon.start();
    t.after(() => daemon.stop());
    assert.equal(daemon.events('ready').length, 1);
    assert.equal(daemon.log.at(-1).event, 'ready', 'all that is told of the start is told before');
    assert.ok(daemon.ready.start_ms > 1);
    assert.match(daemon.ready.bb_version, /^5\.0\.0/);
  });
});
