// Containers by docker or podman, whichever runs here, and requests from inside their network.

import { execFile, spawnSync } from 'node:child_process';
import { promisify } from 'node:util';
import { until } from '../../tests/e2e/lib/wait.mjs';

const START_SECONDS = 60;
// A runtime that may not raise limits cannot give those that podman asks for.
const LIMITS = ['--ulimit', 'nofile=1024:4096', '--ulimit', 'nproc=4096:4096'];

const execute = promisify(execFile);
let found;

/** The engine that can run containers. script/image takes the same first. */
export function engine() {
  const wanted = process.env.PROVERD_IMAGE_ENGINE;
  found ??= (wanted ? [wanted] : ['docker', 'podman']).find((name) => spawnSync(name, ['info']).status === 0 && !noDaemon(name));
  if (found === undefined) throw new Error('neither docker nor podman runs containers here');
  return found;
}

/** podman would take crun where there are both, and that cannot do with both versions of cgroups. */
function runtime() {
  return engine() === 'podman' && spawnSync('runc', ['--version']).status === 0 ? ['--runtime', 'runc'] : [];
}

function noDaemon(name) {
  return name === 'docker' && spawnSync('docker', ['version', '--format', '{{.Server.Version}}']).status !== 0;
}

const running = new Set();
process.on('exit', () => running.forEach((id) => spawnSync(engine(), ['rm', '--force', id])));

export class Container {
  /** Starts one; it may end at once. */
  static async start(image, { options = [], command = [] } = {}) {
    const { stdout } = await execute(engine(), [...runtime(), 'run', '--detach', ...LIMITS, ...options, image, ...command]);
    const container = new Container(stdout.trim());
    running.add(container.id);
    const [{ State }] = JSON.parse((await execute(engine(), ['inspect', container.id])).stdout);
    return Object.assign(container, { pid: State.Pid, startedAt: Date.parse(State.StartedAt) });
  }

  constructor(id) {
    this.id = id;
  }

  async logs() {
    const { stdout, stderr } = await execute(engine(), ['logs', this.id]);
    return `${stdout}${stderr}`;
  }

  /** proverd's log line that it is ready. */
  async ready() {
    const line = await until('proverd in the container is ready', async () => /^\{.*"event":"ready".*$/m.exec(await this.logs()), START_SECONDS);
    return JSON.parse(line[0]);
  }

  async exec(...command) {
    try {
      const { stdout, stderr } = await execute(engine(), ['exec', this.id, ...command]);
      return { status: 0, stdout, stderr };
    } catch ({ code, stdout, stderr }) {
      return { status: code, stdout, stderr };
    }
  }

  /** A request over the container's own loopback, which is all the network it may have. */
  async request(path, { body, type = 'application/octet-stream' } = {}) {
    const sending = body === undefined ? [] : ['--header', `Content-Type: ${type}`, '--data-binary', '@-'];
    const args = ['--target', `${this.pid}`, '--net', 'curl', '--silent', '--show-error', '--include', ...sending, `http://127.0.0.1:8080${path}`];
    const answered = execute('nsenter', args, { encoding: 'buffer', maxBuffer: 16 << 20 });
    answered.child.stdin.on('error', () => {}); // curl says what was wrong
    answered.child.stdin.end(body);
    const { stdout } = await answered;
    const end = stdout.indexOf('\r\n\r\n');
    const [statusLine, ...lines] = stdout.subarray(0, end).toString('latin1').split('\r\n');
    const headers = Object.fromEntries(lines.map((line) => line.split(/: (.*)/s)).map(([name, value]) => [name.toLowerCase(), value]));
    return { status: Number(statusLine.split(' ')[1]), headers, body: stdout.subarray(end + 4) };
  }

  /** Tells it to stop; gives its exit status. */
  async stop() {
    await execute(engine(), ['stop', '--time', '40', this.id]);
    const { stdout } = await execute(engine(), ['inspect', '--format', '{{.State.ExitCode}}', this.id]);
    return Number(stdout);
  }

  async remove() {
    await execute(engine(), ['rm', '--force', this.id]);
    running.delete(this.id);
  }
}
