// What script/openapi runs: openapi.yaml, checked, as compact JSON.

import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Validator } from '@seriousme/openapi-schema-validator';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { parse } from 'yaml';

const SOURCE = new URL('../openapi.yaml', import.meta.url);
const TARGET = new URL('../src/api/assets/openapi.json', import.meta.url);

/** The contract as an object. */
export function readContract() {
  return parse(readFileSync(SOURCE, 'utf8'), { maxAliasCount: -1 });
}

/** A compiled schema's home: ajv, which finds '#/components/…' in the contract under this id. */
export const CONTRACT_ID = 'openapi.json';

/** Compiles the schema at a JSON pointer of the contract, its references included. */
export function schemaCompiler(contract) {
  const ajv = new Ajv2020({ strict: false, allErrors: true });
  ajv.addSchema(contract, CONTRACT_ID);
  return (pointer) => ajv.compile({ $ref: `${CONTRACT_ID}#${pointer}` });
}

/** The JSON pointer, as a URI fragment, of a path of names. */
export function pointerTo(...names) {
  return names.map((name) => `/${encodeURIComponent(name.replaceAll('~', '~0').replaceAll('/', '~1'))}`).join('');
}

/** Visits each media type and parameter with examples: what has a schema beside its examples. */
function* exampled(node, path = []) {
  if (node === null || typeof node !== 'object') return;
  if (node.schema !== undefined) yield { node, path };
  for (const [name, child] of Object.entries(node)) {
    if (name !== 'example' && name !== 'examples') yield* exampled(child, [...path, name]);
  }
}

function badExamples(contract) {
  const compile = schemaCompiler(contract);
  const bad = [];
  for (const { node, path } of exampled(contract)) {
    const examples = Object.entries(node.examples ?? {}).map(([name, { value }]) => [name, value]);
    if (node.example !== undefined) examples.push(['example', node.example]);
    if (examples.length === 0) continue;
    const validate = compile(pointerTo(...path, 'schema'));
    for (const [name, value] of examples) {
      if (validate(value)) continue;
      for (const { instancePath, message } of validate.errors) {
        bad.push(`${path.join(' ')}: example ${name}: ${instancePath} ${message}`);
      }
    }
  }
  return bad;
}

async function faults(contract) {
  const { valid, errors } = await new Validator().validate(structuredClone(contract));
  if (valid) return badExamples(contract);
  return [errors].flat().map((error) => (typeof error === 'string' ? error : `${error.instancePath} ${error.message}`));
}

async function main(args) {
  const contract = readContract();
  const found = await faults(contract);
  for (const fault of found) console.error(`openapi.yaml: ${fault}`);
  if (found.length > 0) return 1;

  const json = `${JSON.stringify(contract)}\n`;
  const upToDate = existsSync(TARGET) && readFileSync(TARGET, 'utf8') === json;
  if (args[0] === '--check') {
    if (!upToDate) console.error('src/api/assets/openapi.json is not what openapi.yaml says: run script/openapi');
    return upToDate ? 0 : 1;
  }
  if (upToDate) return 0;
  mkdirSync(new URL('.', TARGET), { recursive: true });
  writeFileSync(TARGET, json);
  console.log(`wrote src/api/assets/openapi.json (${json.length} bytes)`);
  return 0;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) process.exitCode = await main(process.argv.slice(2));
