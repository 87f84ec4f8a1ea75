// Images as script/image leaves them: a tar as `docker save` writes it.

import { execFile, execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';

export const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const CRS = process.env.CRS_PATH ?? join(ROOT, '.cache', 'crs');
// What CI has, and the maze needs.
const CRS_POINTS = 8193;
const MOST_OUTPUT_BYTES = 64 << 20;

const folders = [];
process.on('exit', () => folders.forEach((folder) => rmSync(folder, { recursive: true, force: true })));

/** A production image, unpacked: its configuration, its layers, and a folder with all of its files. */
class Image {
  constructor(tag) {
    this.tag = tag;
    this.sbomFile = join(ROOT, '.cache', 'image', `${tag.replaceAll(/[/:]/g, '-')}.spdx.json`);
    const folder = mkdtempSync(join(tmpdir(), 'proverd-image-'));
    folders.push(folder);
    execFileSync('tar', ['-xf', this.sbomFile.replace('.spdx.json', '.tar'), '-C', folder]);
    const [{ Config, Layers }] = JSON.parse(readFileSync(join(folder, 'manifest.json'), 'utf8'));
    this.id = Config;
    const { architecture, config } = JSON.parse(readFileSync(join(folder, Config), 'utf8'));
    Object.assign(this, { architecture, config, layers: Layers.map((name) => join(folder, name)) });
    this.root = mkdtempSync(join(folder, 'root-'));
    for (const layer of this.layers) execFileSync('tar', ['-xpf', layer, '--numeric-owner', '-C', this.root]);
  }

  /** The bytes of each layer, as a registry has them. */
  compressedSizes() {
    return this.layers.map((layer) => gzipSync(readFileSync(layer)).length);
  }

  /** Every entry but the root itself: path, type, mode and owner. */
  entries() {
    const lines = execFileSync('find', [this.root, '-mindepth', '1', '-printf', '%P\t%y\t%m\t%U:%G\n'], { encoding: 'utf8' });
    return lines.trim().split('\n').map((line) => {
      const [path, type, mode, owner] = line.split('\t');
      return { path: `/${path}`, type, mode, owner };
    });
  }

  size(path) {
    return statSync(join(this.root, path)).size;
  }
}

/** Builds an image as CI does: on a base made here, with the CRS that is here. What was said is shown when it fails. */
function build(tag, options) {
  const args = ['--debootstrap', '--install', '--crs', CRS, '--crs-points', `${CRS_POINTS}`, '--tag', tag, ...options];
  return new Promise((resolve, reject) => {
    execFile(join(ROOT, 'script/image'), args, { maxBuffer: MOST_OUTPUT_BYTES }, (error, stdout, stderr) => {
      if (error) reject(new Error(`script/image ${args.join(' ')}:\n${stdout.slice(-5000)}\n${stderr.slice(-5000)}`));
      else resolve();
    });
  });
}

/** The production image, unpacked. */
export async function buildProduction(tag, ...options) {
  await build(tag, options);
  return new Image(tag);
}

/** The development image, under the sanitizers. Gives its tag. */
export async function buildDevelopment() {
  const tag = 'proverd-test:development';
  await build(tag, ['--dev', '--build-arg', 'SANITIZE=address,undefined']);
  return tag;
}
