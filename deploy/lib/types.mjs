// Kubernetes manifests, checked by the TypeScript types of its API: a manifest becomes a constant of its type.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

const HERE = fileURLToPath(new URL('..', import.meta.url));

/** The module of kubernetes-types that has an apiVersion: core has no group, and groups lose their domain. */
function moduleOf(apiVersion) {
  const [group, version] = apiVersion.includes('/') ? apiVersion.split('/') : ['core', apiVersion];
  return `kubernetes-types/${group.replace('.k8s.io', '')}/${version}`;
}

function toSource(manifest, place) {
  const { kind, apiVersion } = manifest;
  return `import type { ${kind} as Type${place} } from '${moduleOf(apiVersion)}';\n`
    + `export const manifest${place}: Type${place} = ${JSON.stringify(manifest, null, 1)};\n`;
}

/** What is wrong with the manifests, a sentence each; a field that the API does not know is an error, too. */
export function typeErrors(manifests) {
  const folder = mkdtempSync(join(HERE, 'node_modules', '.types-')); // where the types are found
  try {
    const file = join(folder, 'manifests.ts');
    writeFileSync(file, manifests.map(toSource).join(''));
    const program = ts.createProgram([file], {
      strict: true, noEmit: true, skipLibCheck: false, types: [],
      target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ESNext, moduleResolution: ts.ModuleResolutionKind.Bundler,
    });
    return ts.getPreEmitDiagnostics(program).map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n'));
  } finally {
    rmSync(folder, { recursive: true });
  }
}
