// Whether two verdicts agree. bb's is `accepts`, `pairing` (all was right but that) or `refuses`; ours is a reason.

import { MODULUS } from '../../e2e/lib/witness.mjs';

const WORD = 32;
const AT_PAIRING = ['PAIRING', 'NESTED_PAIRING'];

function stageOf({ reason }) {
  if (reason === 'VERIFIED') return 'accepts';
  return AT_PAIRING.includes(reason) ? 'pairing' : 'refuses';
}

const numberAt = (bytes, place) => BigInt(`0x${bytes.toString('hex', place * WORD, (place + 1) * WORD) || '0'}`);

const wordsOf = (bytes) => Array.from({ length: bytes.length / WORD }, (_, place) => numberAt(bytes, place));

/** Of the two pairing points in the proof one is at infinity, and one is not. */
function hasOnePointAtInfinity({ proof }) {
  const isInfinity = (first) => [0, 1, 2, 3].every((i) => numberAt(proof, first + i) === 0n);
  return isInfinity(0) !== isInfinity(4);
}

/** By our reason: whether the question is of the kind that ultrahonk.h says to be refused here and not by bb. */
const STRICTER = {
  NESTED_POINTS: hasOnePointAtInfinity,
  KEY_ROWS: ({ key }) => numberAt(key, 0) > 25n,
  KEY_PUBLIC_INPUTS: ({ key }) => numberAt(key, 1) > (1n << 20n) + 8n,
  KEY_OFFSET: ({ key }) => numberAt(key, 2) !== 5n,
  KEY_NOT_CANONICAL: ({ key, target }) => !target.startsWith('evm') && wordsOf(key).some((number) => number >= MODULUS),
};

/** `accepted`, `refused`, `hole`, `stricter`, or `different`. */
export function compare(question, bb, ours) {
  const stage = stageOf(ours);
  // Over a development CRS bb comes as far as the pairing, for which it has the ceremony's G2.
  const reached = question.crs !== undefined && stage === 'accepts' ? 'pairing' : stage;
  if (reached === bb) return stage === 'accepts' ? 'accepted' : 'refused';
  if (stage !== 'refuses' || !STRICTER[ours.reason]?.(question)) return 'different';
  return ours.reason === 'NESTED_POINTS' ? 'hole' : 'stricter';
}
