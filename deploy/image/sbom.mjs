// node deploy/image/sbom.mjs ROOT ORIGINS: prints the bill of materials of an image, SPDX 2.3 in JSON.
//
// ROOT holds a folder a layer. Each line of ORIGINS is a path in the image, a tab, and what brought it: proverd, bb, crs or
// deb:PACKAGE. In a build stage: asks dpkg about the packages, and package-lock.json about bb. The same input gives the
// same bytes: VERSION, REVISION and SOURCE_DATE_EPOCH are the only other things that count.

import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const [root, originsFile] = process.argv.slice(2);
const { VERSION, REVISION, SOURCE_DATE_EPOCH } = process.env;
const BB = 'node_modules/@aztec/bb.js';

const idOf = (name) => `SPDXRef-${name.replaceAll(/[^A-Za-z0-9.]/g, '-')}`;
const hash = (algorithm, bytes) => ({
  algorithm: algorithm.toUpperCase(),
  checksumValue: createHash(algorithm).update(bytes).digest('hex'),
});

function describePackage(name, more) {
  return {
    name,
    SPDXID: idOf(`Package-${name}`),
    supplier: 'NOASSERTION',
    downloadLocation: 'NOASSERTION',
    filesAnalyzed: false,
    licenseConcluded: 'NOASSERTION',
    licenseDeclared: 'NOASSERTION',
    copyrightText: 'NOASSERTION',
    ...more,
  };
}

function packageUrl(locator) {
  return { externalRefs: [{ referenceCategory: 'PACKAGE-MANAGER', referenceType: 'purl', referenceLocator: locator }] };
}

/** A Debian package; its licences are in the copyright file that is in the image, too. */
function describeDebianPackage(name) {
  const format = '-f=${Package} ${Version} ${Architecture} ${source:Package} ${source:Version}';
  const [binary, version, architecture, source, sourceVersion] = execFileSync('dpkg-query', ['-W', format, name], { encoding: 'utf8' }).split(' ');
  const query = `arch=${architecture}&distro=debian-12`;
  return describePackage(binary, {
    versionInfo: version,
    supplier: 'Organization: Debian',
    sourceInfo: `built from: ${source} ${sourceVersion}`,
    ...packageUrl(`pkg:deb/debian/${encodeURIComponent(binary)}@${encodeURIComponent(version)}?${query}`),
  });
}

/** bb, as npm brought it; the checksum is what the lock file holds the package to. */
function describeBb() {
  const { version, integrity, license } = JSON.parse(readFileSync('package-lock.json', 'utf8')).packages[BB];
  return describePackage('bb', {
    versionInfo: version,
    supplier: 'Organization: Aztec',
    licenseDeclared: license,
    checksums: [{ algorithm: 'SHA512', checksumValue: Buffer.from(integrity.replace('sha512-', ''), 'base64').toString('hex') }],
    ...packageUrl(`pkg:npm/%40aztec/bb.js@${version}`),
  });
}

function describeProverd() {
  return describePackage('proverd', {
    versionInfo: VERSION,
    sourceInfo: `built from revision ${REVISION}`,
    licenseDeclared: 'MIT',
    primaryPackagePurpose: 'CONTAINER',
  });
}

function describeCrs() {
  return describePackage('crs', {
    summary: "The first points of Aztec's trusted setup for BN254, decompressed",
    supplier: 'Organization: Aztec',
    primaryPackagePurpose: 'DATA',
  });
}

function describeOrigin(origin) {
  if (origin === 'proverd') return describeProverd();
  if (origin === 'bb') return describeBb();
  if (origin === 'crs') return describeCrs();
  return describeDebianPackage(origin.slice('deb:'.length));
}

/** A file by its path in the image, whichever layer it is in. */
function readFromLayers(path) {
  for (const layer of readdirSync(root)) {
    try {
      return readFileSync(join(root, layer, path));
    } catch (error) {
      if (error.code !== 'ENOENT') throw error;
    }
  }
  throw new Error(`no layer has ${path}`);
}

function describeFile(path) {
  const bytes = readFromLayers(path);
  return {
    fileName: `.${path}`,
    SPDXID: idOf(`File${path}`),
    checksums: [hash('sha1', bytes), hash('sha256', bytes)],
    licenseConcluded: 'NOASSERTION',
    licenseInfoInFiles: ['NOASSERTION'],
    copyrightText: 'NOASSERTION',
  };
}

const origins = readFileSync(originsFile, 'utf8').trim().split('\n').map((line) => line.split('\t')).sort();
const packages = new Map([...new Set(origins.map(([, origin]) => origin))].sort().map((origin) => [origin, describeOrigin(origin)]));
const files = origins.map(([path]) => describeFile(path));
const relate = (from, type, to) => ({ spdxElementId: from, relationshipType: type, relatedSpdxElement: to });
const whole = packages.get('proverd').SPDXID;
const relationships = [
  relate('SPDXRef-DOCUMENT', 'DESCRIBES', whole),
  ...[...packages.values()].filter(({ SPDXID }) => SPDXID !== whole).map(({ SPDXID }) => relate(whole, 'DEPENDS_ON', SPDXID)),
  ...origins.map(([path, origin]) => relate(packages.get(origin).SPDXID, 'CONTAINS', idOf(`File${path}`))),
];
const content = { packages: [...packages.values()], files, relationships };
const sbom = {
  spdxVersion: 'SPDX-2.3',
  dataLicense: 'CC0-1.0',
  SPDXID: 'SPDXRef-DOCUMENT',
  name: `proverd-${VERSION}`,
  documentNamespace: `urn:proverd:sbom:${createHash('sha256').update(JSON.stringify(content)).digest('hex')}`,
  creationInfo: {
    created: new Date(Number(SOURCE_DATE_EPOCH) * 1000).toISOString().replace('.000', ''),
    creators: ['Tool: deploy/image/sbom.mjs'],
  },
  ...content,
};
console.log(JSON.stringify(sbom, null, 2));
