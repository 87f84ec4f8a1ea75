// What noir_js makes of the same program and inputs, in the executor's terms.

import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { compressWitnessStack } from '@noir-lang/acvm_js';
import { abiDecode } from '@noir-lang/noirc_abi';
import { packageFolder } from '../../../circuit/packages.mjs';

// Noir.execute() decodes the first item of the witness stack, which is main's only where nothing is folded.
const { generateWitness } = await import(join(packageFolder('@noir-lang/noir_js'), 'lib', 'witness_generation.mjs'));

const PREFIX = 'Circuit execution failed: ';
const PLACE = /\(.*\/src\/([^:]*):(\d+):(\d+)\)$/;

/** The places in the program's own source, the outermost call first. */
function placesOf(error) {
  const lines = (error.noirCallStack ?? []).map((line) => PLACE.exec(line)).filter((found) => found !== null);
  return lines.map(([, file, line, column]) => ({ file: `src/${file}`, line: Number(line), column: Number(column) }));
}

export async function execute(program, inputs) {
  try {
    const stack = await generateWitness(program, inputs);
    const { return_value: returnValue } = abiDecode(program.abi, stack.at(-1).witness);
    return { ok: true, witness: gunzipSync(compressWitnessStack(stack)), returnValue };
  } catch (error) {
    if (error instanceof WebAssembly.RuntimeError) throw error;
    const text = String(error.message ?? error);
    // An error of the inputs knows no place of the program.
    if (error.callStack === undefined && error.rawAssertionPayload === undefined && error.cause?.callStack === undefined) return { ok: false, inputs: true, text };
    const message = text.startsWith(PREFIX) ? text.slice(PREFIX.length) : text;
    return { ok: false, message, payload: error.decodedAssertionPayload ?? null, places: placesOf(error) };
  }
}
