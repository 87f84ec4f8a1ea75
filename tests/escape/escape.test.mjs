// What bb may do, tried by a program that runs in its place; by whoever runs the server, and as in a container.

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { chmodSync, chownSync, copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { before, describe, test } from 'node:test';
import { promisify } from 'node:util';
import { bbVerifies, publicInputsOf } from '../e2e/lib/circuits.mjs';
import { Daemon, runToEnd, defaultOptions } from '../e2e/lib/daemon.mjs';
import { shellProgram } from '../e2e/lib/fake.mjs';
import { BB, CRS, MAZE, PROVERD, temporaryFolder } from '../e2e/lib/paths.mjs';
import { mazeWitness } from '../e2e/lib/witness.mjs';

const run = promisify(execFile);
const NOBODY = 65534;
const BUILT = join(dirname(PROVERD), '..', 'tests', 'escape');

// Docker's default capabilities, and the system calls that its documentation lists as forbidden by its default profile.
const DOCKER_CAPABILITIES = [
  'chown', 'dac_override', 'fsetid', 'fowner', 'mknod', 'net_raw', 'setgid', 'setuid', 'setfcap', 'setpcap',
  'net_bind_service', 'sys_chroot', 'kill', 'audit_write',
];
const DOCKER_FORBIDS = [
  'acct', 'add_key', 'bpf', 'clock_adjtime', 'clock_settime', 'create_module', 'delete_module', 'finit_module',
  'get_kernel_syms', 'get_mempolicy', 'init_module', 'io_uring_enter', 'io_uring_register', 'io_uring_setup', 'ioperm',
  'iopl', 'kcmp', 'kexec_file_load', 'kexec_load', 'keyctl', 'lookup_dcookie', 'mbind', 'mount', 'move_pages',
  'nfsservctl', 'open_by_handle_at', 'perf_event_open', 'personality', 'pivot_root', 'process_vm_readv',
  'process_vm_writev', 'ptrace', 'query_module', 'quotactl', 'reboot', 'request_key', 'set_mempolicy', 'setns',
  'settimeofday', 'swapoff', 'swapon', 'sysfs', 'umount', 'umount2', 'unshare', 'uselib', 'userfaultfd', 'ustat', 'vm86',
  'vm86old',
];

const asRoot = process.getuid() === 0;
const nobody = ['setpriv', `--reuid=${NOBODY}`, `--regid=${NOBODY}`, '--clear-groups'];
const capabilities = (...kept) => ['setpriv', `--bounding-set=${['-all', ...kept.map((name) => `+${name}`)].join()}`, '--inh-caps=-all'];

/** Whose server it is: how a command is started so, and who owns what it writes. */
const identities = asRoot
  ? {
      root: { launcher: [], owner: 0 },
      nobody: { launcher: nobody, owner: NOBODY },
      'root in a container': { launcher: [() => denying('EPERM', DOCKER_FORBIDS), ...capabilities(...DOCKER_CAPABILITIES)], owner: 0 },
      'root without capabilities': { launcher: capabilities(), owner: 0 },
      'nobody in a container': { launcher: [() => denying('EPERM', DOCKER_FORBIDS), ...capabilities(), ...nobody.slice(1)], owner: NOBODY },
    }
  : { 'this user': { launcher: [], owner: process.getuid() } };

let place; // a copy of all that is run, where every user may read it

function denying(error, names) {
  return [place.denying, error, ...names, '--'];
}

function launcherOf({ launcher }) {
  return launcher.flatMap((word) => (typeof word === 'function' ? word() : word));
}

before(() => {
  const folder = temporaryFolder('escape');
  const copy = (from, mode = 0o755) => {
    const to = join(folder, from.split('/').at(-1));
    copyFileSync(from, to);
    chmodSync(to, mode);
    return to;
  };
  chmodSync(folder, 0o755);
  mkdirSync(join(folder, 'crs'), { mode: 0o755 });
  for (const name of readdirSync(CRS).filter((file) => file.endsWith('.dat'))) {
    copyFileSync(join(CRS, name), join(folder, 'crs', name));
    chmodSync(join(folder, 'crs', name), 0o644);
  }
  place = {
    folder,
    crs: join(folder, 'crs'),
    bb: copy(BB),
    proverd: copy(PROVERD),
    circuit: copy(MAZE, 0o644),
    ...Object.fromEntries(['escape', 'confined', 'denying'].map((name) => [name, copy(join(BUILT, name))])),
  };
});

/** What there is to reach outside, for every user; and a folder for the server's own files. */
function outside(owner) {
  const folder = temporaryFolder('outside');
  const paths = { secret: join(folder, 'secret'), shared: join(folder, 'shared'), points: join(folder, 'bn254_g1.dat'), tmp: join(folder, 'tmp') };
  chmodSync(folder, 0o755);
  writeFileSync(paths.secret, 'the operator’s');
  writeFileSync(paths.points, 'points');
  chmodSync(paths.points, 0o666);
  for (const each of [paths.shared, paths.tmp]) {
    mkdirSync(each);
    chmodSync(each, 0o777);
  }
  writeFileSync(join(paths.shared, 'victim'), '');
  if (asRoot) chownSync(paths.tmp, owner, owner);
  return {
    ...paths,
    assertUntouched() {
      assert.equal(readFileSync(paths.secret, 'utf8'), 'the operator’s');
      assert.equal(readFileSync(paths.points, 'utf8'), 'points');
      assert.deepEqual(readdirSync(paths.shared), ['victim']);
      assert.deepEqual(readdirSync(paths.tmp), [], 'left in TMPDIR');
    },
  };
}

/** The stand-in for the daemon: what it printed. */
async function confined(identity, world, ...args) {
  const [command, ...rest] = [...launcherOf(identity), place.confined, ...args];
  const { stdout } = await run(command, rest, { cwd: world.tmp, env: { PATH: process.env.PATH, TMPDIR: world.tmp, SECRET: 'of the daemon' }, timeout: 60_000 });
  return stdout;
}

function escape(identity, world, mode, who = 'child') {
  return confined(identity, world, mode, who, place.escape, world.points, 'all', 'PID', world.secret, world.shared, world.points, place.escape);
}

/** By name: how each escape ended. */
function outcomes(report) {
  const lines = report.split('\n').map((line) => line.match(/^(denied|allowed) (\w+): (.*)$/)).filter(Boolean);
  return {
    denied: lines.filter(([, verdict]) => verdict === 'denied').map(([, , name]) => name),
    allowed: lines.filter(([, verdict]) => verdict === 'allowed').map(([, , name, how]) => `${name}: ${how}`),
  };
}

for (const [name, identity] of Object.entries(identities)) {
  describe(`a bb that has been taken over, of ${name}`, () => {
    test('every_escape__is_denied', async () => {
      const world = outside(identity.owner);
      const report = await escape(identity, world, 'auto');
      const { denied, allowed } = outcomes(report);
      assert.deepEqual(allowed, []);
      assert.ok(denied.length >= 130, `${denied.length} were tried`);
      assert.match(report, /^done\nexited with status 0/m);
      world.assertUntouched();
    });

    test('without_the_sandbox__escapes_succeed', async () => {
      const report = await escape(identity, outside(identity.owner), 'off');
      const allowed = outcomes(report).allowed.join('\n');
      for (const each of ['read_passwd', 'read_secret', 'write_outside', 'socket_tcp', 'socket_unix', 'fork', 'signal_daemon', 'map_code', 'take_address_space', 'take_descriptors']) {
        assert.match(allowed, new RegExp(`^${each}: it went through$`, 'm'));
      }
      assert.match(allowed, /^execute_shell: it ran$/m);
    });

    for (const abi of process.arch === 'x64' ? ['i386', 'x32'] : []) {
      test(`a_system_call_of_${abi}__is_its_end`, async (t) => {
        const world = outside(identity.owner);
        const unconfined = await confined(identity, world, 'off', 'child', place.escape, world.points, abi);
        if (/^ended by signal 11/.test(unconfined)) return t.skip(`this kernel has no system calls of ${abi}`);
        assert.match(unconfined, /^allowed/);
        assert.match(await confined(identity, world, 'auto', 'child', place.escape, world.points, abi), /^ended by signal 31/);
      });
    }
  });

  test(`an executor that has been taken over, of ${name}__may_do_less_than_bb`, async () => {
    const world = outside(identity.owner);
    const report = await escape(identity, world, 'auto', 'executor');
    const { denied, allowed } = outcomes(report);
    // It limits itself, makes the filter that seals it, and keeps what it holds from being swapped.
    const its = ['make_memory_file', 'take_address_space', 'take_descriptors', 'lock_pages', 'raise_limit', 'load_filter'];
    assert.deepEqual(allowed.map((each) => each.split(':')[0]).filter((each) => !its.includes(each)), []);
    assert.ok(denied.length >= 130, `${denied.length} were denied`);
    assert.match(report, /^done\nexited with status 0/m);
    world.assertUntouched();
  });

  describe(`a daemon that has been taken over, of ${name}`, () => {
    const kinds = /^(socket_|read_passwd|read_secret|read_memory|write_(?!own)|empty_crs|remove_outside|rename_outside|link_out|link_by_symbol_out|make_folder|make_device|make_setuid|change_(owner|times|root|groups|user|personality)|set_attribute|trace_|read_daemon|signal_daemon|bpf|perf_|io_uring|userfaultfd|keyctl|mount|unmount|pivot_root|open_(file_system|tree|by_handle)|kexec|.*_module$|reboot|swap_|unshare|fork_into|enter_namespace|execute_)/;

    test('it_executes_and_writes_and_connects_nowhere', async () => {
      const world = outside(identity.owner);
      const tried = confined(identity, world, 'auto', 'daemon', world.secret, world.shared, world.points);
      // The last that is tried is the loader, which it may execute: that finds no shell and ends with 127.
      const { denied, allowed } = outcomes(await tried.catch(({ code, stdout }) => (assert.equal(code, 127), stdout)));
      assert.deepEqual(allowed.filter((each) => kinds.test(each)), []);
      assert.ok(denied.filter((each) => kinds.test(each)).length >= 60, denied.join());
      const before = outcomes(await confined(identity, outside(identity.owner), 'off', 'daemon', world.secret, world.shared, world.points));
      for (const each of ['read_secret', 'write_outside', 'socket_tcp', 'execute_shell']) assert.match(before.allowed.join('\n'), new RegExp(`^${each}: `, 'm'));
    });
  });

  describe(`the real bb, of ${name}`, () => {
    for (const engine of ['pool', 'cli']) {
      test(`it_proves__${engine}`, async (t) => {
        const { tmp } = outside(identity.owner);
        const options = { bb: place.bb, circuit: place.circuit, 'crs-path': place.crs, sandbox: 'require', engine };
        const daemon = await Daemon.start(options, { launcher: launcherOf(identity), proverd: place.proverd, tmp });
        t.after(() => daemon.stop());
        const { sandbox } = await daemon.health();
        assert.match(sandbox, /^landlock \d+, seccomp, limits$/);
        assert.deepEqual([daemon.log[0].event, daemon.log[0].sandbox], ['starting', sandbox], 'the first line of the log');
        const response = await daemon.prove(mazeWitness);
        assert.equal(response.status, 200);
        assert.ok(await bbVerifies(response.body, publicInputsOf(response)));
        for (const pid of [daemon.pid, ...daemon.children()]) {
          const status = readFileSync(`/proc/${pid}/status`, 'utf8');
          assert.match(status, /^NoNewPrivs:\t1$/m);
          assert.match(status, /^Seccomp:\t2$/m);
          const capable = BigInt(`0x${status.match(/^CapEff:\t(\w+)$/m)[1]}`);
          const most = pid === daemon.pid ? 0x4406n : 0x6n; // DAC_OVERRIDE, DAC_READ_SEARCH; NET_BIND_SERVICE, IPC_LOCK
          assert.equal(capable & ~most, 0n, capable.toString(16));
        }
      });
    }
  });
}

describe('--sandbox', () => {
  const withoutLandlock = () => denying('ENOSYS', ['landlock_create_ruleset']);

  test('require__does_not_start_without_landlock', async () => {
    const { status, stderr } = await runToEnd(defaultOptions({ sandbox: 'require' }), { launcher: withoutLandlock() });
    assert.equal(status, 1);
    assert.match(stderr, /this kernel has no Landlock.*--sandbox auto/);
  });

  test('auto__serves_with_what_there_is', async (t) => {
    const daemon = await Daemon.start({}, { launcher: withoutLandlock() });
    t.after(() => daemon.stop());
    assert.equal((await daemon.health()).sandbox, 'seccomp, limits');
    assert.equal((await daemon.prove(mazeWitness)).status, 200);
  });

  test('auto_without_landlock__still_executes_nothing_and_reaches_nobody', async () => {
    const world = outside(process.getuid());
    const report = await escape({ launcher: withoutLandlock() }, world, 'auto');
    const { denied } = outcomes(report);
    const kept = ['socket_tcp', 'fork', 'execute_shell', 'execute_shell_by_loader', 'signal_daemon', 'read_daemon', 'empty_crs_by_opening', 'take_address_space', 'make_long_file'];
    assert.deepEqual(kept.filter((each) => !denied.includes(each)), []);
    assert.match(report, /^done\nexited with status 0/m);
  });

  test('off__is_told', async (t) => {
    const daemon = await Daemon.start({ sandbox: 'off' });
    t.after(() => daemon.stop());
    assert.equal((await daemon.health()).sandbox, 'off');
    const status = readFileSync(`/proc/${daemon.children()[0]}/status`, 'utf8');
    assert.match(status, /^Seccomp:\t0$/m);
  });

  test('a_script_as_bb__is_refused_with_the_way_out', async () => {
    const bb = shellProgram(`exec '${BB}' "$@"`);
    const { status, stderr } = await runToEnd(defaultOptions({ bb, sandbox: 'auto' }));
    assert.equal(status, 1);
    assert.match(stderr, /is no ELF program.*--bb.*--sandbox off/);
  });
});

test('the tests have what they need', () => {
  for (const each of Object.values(place)) assert.ok(existsSync(each), each);
});
