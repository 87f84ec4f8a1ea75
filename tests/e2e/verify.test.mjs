// POST /api/verify: right for right proofs, false for wrong ones, 400 for what is no proof.

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { assertError } from './lib/http.mjs';
import { squareCircuit, squareWitness } from './lib/circuits.mjs';
import { Daemon } from './lib/daemon.mjs';
import { peakMemory } from './lib/processes.mjs';
import { MODULUS, mazeWitness, word } from './lib/witness.mjs';

const WORD_DIGITS = 64;
const hexWord = (value) => `0x${word(value).toString('hex')}`;

for (const engine of ['pool', 'cli']) {
  describe(`verify with --engine ${engine}`, () => {
    let daemon;
    let proof;
    let publicInputs;

    before(async () => {
      daemon = await Daemon.start({ engine });
      ({ proof, publicInputs } = (await daemon.prove(mazeWitness, { Accept: 'application/json' })).json());
    });
    after(() => daemon.stop());

    async function verdict(body) {
      const response = await daemon.verify(body);
      assert.equal(response.status, 200, response.body.toString());
      return response.json().verified;
    }

    function withBitFlipped(at) {
      const bytes = Buffer.from(proof.slice(2), 'hex');
      bytes[at] ^= 1;
      return `0x${bytes.toString('hex')}`;
    }

    /** What is no proof gets false or 400, never an error of the server's, and the server goes on. */
    async function assertNotVerified(body) {
      const response = await daemon.verify(body);
      if (response.status === 200) assert.equal(response.json().verified, false);
      else assertError(response, 400, 'proof_malformed');
      assert.equal(await verdict({ proof, publicInputs }), true, 'the next is verified as ever');
    }

    test('right_proof__is_verified', async () => {
      const response = await daemon.verify({ proof, publicInputs });
      assert.equal(response.status, 200);
      assert.match(response.headers['content-type'], /^application\/json/);
      assert.equal(response.json().verified, true);
      assert.match(response.headers['server-timing'], /^queue;dur=\d+\.\d+, verify;dur=\d+\.\d+$/);
      assert.equal((await daemon.logOf(response.headers['x-request-id'])).prove_ms, 0);
    });

    test('upper_case_hex__is_read_too', async () => {
      assert.equal(await verdict({ proof: `0x${proof.slice(2).toUpperCase()}`, publicInputs }), true);
    });

    test('one_flipped_bit__is_told_wherever_it_is', async () => {
      const length = proof.length / 2 - 1;
      const places = [31, 32, Math.floor(length / 4), Math.floor(length / 2), length - 33, length - 1];
      for (const at of places) assert.equal(await verdict({ proof: withBitFlipped(at), publicInputs }), false, `byte ${at}`);
    });

    test('what_is_wrong__is_said', async () => {
      const digits = proof.slice(2);
      const reasons = [
        [{ proof, publicInputs: [hexWord(BigInt(publicInputs[0]) + 1n)] }, /^a round of the sumcheck does not add up \(round 0\)$/],
        [{ proof, publicInputs: [] }, /^there are not as many public inputs as the key says$/],
        [{ proof: `0x${digits.slice(0, -WORD_DIGITS)}`, publicInputs }, /^the proof has \d+ bytes, and one for noir-recursive \d+$/],
        [{ proof: withBitFlipped(digits.length / 2 - 1), publicInputs }, /^a point of the proof is not on the curve \(word \d+\)$/],
      ];
      for (const [body, reason] of reasons) {
        const said = (await daemon.verify(body)).json();
        assert.equal(said.verified, false);
        assert.match(said.reason, reason);
      }
      assert.equal((await daemon.verify({ proof, publicInputs })).json().reason, undefined);
    });

    test('flipped_high_bits__are_told_too', async () => {
      const length = proof.length / 2 - 1;
      for (const at of [0, Math.floor(length / 64) * 32, length - 32]) {
        const bytes = Buffer.from(proof.slice(2), 'hex');
        bytes[at] ^= 0x80; // past the modulus
        await assertNotVerified({ proof: `0x${bytes.toString('hex')}`, publicInputs });
      }
    });

    test('other_public_inputs__do_not_verify', async () => {
      const others = [[hexWord(BigInt(publicInputs[0]) + 1n)], [hexWord(0)], [hexWord(MODULUS - 1n)]];
      for (const other of others) assert.equal(await verdict({ proof, publicInputs: other }), false, String(other));
    });

    test('too_few_or_many_public_inputs__do_not_verify', async () => {
      await assertNotVerified({ proof, publicInputs: [] });
      await assertNotVerified({ proof, publicInputs: [...publicInputs, ...publicInputs] });
      await assertNotVerified({ proof, publicInputs: new Array(1000).fill(publicInputs[0]) });
    });

    test('proof_of_another_length__is_not_verified', async () => {
      const digits = proof.slice(2);
      const proofs = {
        'one word': digits.slice(0, WORD_DIGITS),
        'two words': digits.slice(0, 2 * WORD_DIGITS),
        half: digits.slice(0, Math.floor(digits.length / 2 / WORD_DIGITS) * WORD_DIGITS),
        'a word short': digits.slice(0, -WORD_DIGITS),
        'a word long': digits + digits.slice(0, WORD_DIGITS),
        twice: digits + digits,
        'all zero': '0'.repeat(digits.length),
        'all ones': 'f'.repeat(digits.length),
      };
      for (const one of Object.values(proofs)) await assertNotVerified({ proof: `0x${one}`, publicInputs });
    });

    test('proof_of_another_circuit__is_not_verified', async (t) => {
      const other = await Daemon.start({ circuit: await squareCircuit() });
      t.after(() => other.stop());
      const { gzipped } = await squareWitness();
      const square = (await other.prove(gzipped, { Accept: 'application/json' })).json();
      assert.equal((await other.verify(square)).json().verified, true);
      assert.equal(await verdict({ proof: square.proof, publicInputs: square.publicInputs }), false);
    });

    test('malformed_proof__is_a_400', async () => {
      const proofs = ['', '0x', '0x0', proof.slice(2), `0x${proof.slice(3)}`, proof.slice(0, -2), `${proof}zz`, 12, null, [proof], {}, ' '.repeat(9)];
      for (const wrong of proofs) {
        assertError(await daemon.verify({ proof: wrong, publicInputs }), 400, 'proof_malformed', /proof.*\b(hex|words)\b/);
      }
      assertError(await daemon.verify({ publicInputs }), 400, 'proof_malformed', /proof.*\b(hex|words)\b/);
    });

    test('malformed_public_inputs__are_a_400_that_says_which', async () => {
      const notWords = ['0x', '0x0', publicInputs[0].slice(2), `${publicInputs[0]}00`, publicInputs[0].slice(0, -2), 5, null, [], hexWord(0).replace(/0$/, 'g')];
      const pastModulus = [hexWord(MODULUS), hexWord(MODULUS + BigInt(publicInputs[0])), `0x${'f'.repeat(WORD_DIGITS)}`];
      const assertMalformed = async (wrong, message) =>
        assertError(await daemon.verify({ proof, publicInputs: [publicInputs[0], wrong] }), 400, 'proof_malformed', message);
      for (const wrong of notWords) await assertMalformed(wrong, /publicInputs\[1\] must be 0x and 64 hex digits/);
      for (const wrong of pastModulus) await assertMalformed(wrong, /public ?inputs?\W*1\b.*modulus/i);
      for (const wrong of [undefined, null, publicInputs[0], {}, 1]) {
        assertError(await daemon.verify({ proof, publicInputs: wrong }), 400, 'proof_malformed', /"publicInputs" must be a list/);
      }
    });

    test('no_json__is_a_400', async () => {
      assertError(await daemon.verify(''), 400, 'body_empty', /the body is empty; send \{/);
      const bodies = ['{', 'proof', '[]', '"x"', 'null', '[{}]', `{"proof":"0x","proof":"0x"}`, '\xff\xfe', Buffer.from([0]), '['.repeat(100_000), `{"proof":"${proof}"} x`];
      for (const body of bodies) assertError(await daemon.verify(body), 400, 'body_malformed', /not a JSON object/);
    });

    test('a_body_of_little_but_commas__costs_no_memory', async () => {
      const list = '1,'.repeat((2 << 20) - 100);
      const bodies = [`[${list}1]`, JSON.stringify({ proof, publicInputs: Array.from({ length: 1 << 20 }, () => '') })];
      for (const body of bodies) {
        const before = peakMemory(daemon.pid);
        assertError(await daemon.verify(body), 400, 'body_malformed', /not a JSON object/);
        const grown = peakMemory(daemon.pid) - before;
        assert.ok(grown < 30e6, `${body.length} bytes cost ${grown}`);
      }
    });

    test('long_body__is_answered_as_a_short_one', async () => {
      const rest = { decodedPublicInputs: 'x'.repeat(200_000) };
      assert.equal(await verdict({ proof, publicInputs, ...rest }), true);
      assert.equal(await verdict({ proof: withBitFlipped(100), publicInputs, ...rest }), false);
      assertError(await daemon.verify({ proof, publicInputs, circuit: 'nobody', ...rest }), 404, 'circuit_unknown', /no circuit nobody/);
      assertError(await daemon.verify({ proof: '0x0', publicInputs, ...rest }), 400, 'proof_malformed', /"proof" must be/);
      assertError(await daemon.verify(`{"proof":"${proof}"${' '.repeat(200_000)}`), 400, 'body_malformed', /not a JSON object/);
    });

    test('health__is_answered_while_long_bodies_are_read', async () => {
      const long = JSON.stringify({ proof, publicInputs: Array(55_000).fill(hexWord(0n)), circuit: 'nobody' });
      const bodies = 8;
      let unanswered = bodies;
      const answers = Array.from({ length: bodies }, async () => {
        const answer = await daemon.verify(long);
        unanswered--;
        return answer;
      });
      let healthy = 0;
      for (; unanswered > 0; healthy++) await daemon.health();
      for (const answer of await Promise.all(answers)) assertError(answer, 404, 'circuit_unknown');
      assert.ok(healthy > 5 * bodies, `${healthy} answers about its health between ${bodies} bodies`);
    });

    test('another_content_type__is_a_415', async () => {
      const body = Buffer.from(JSON.stringify({ proof, publicInputs }));
      for (const type of ['text/plain', 'application/octet-stream', 'image/png']) {
        const message = /sent as application\/json.*, not as/;
        assertError(await daemon.post('/api/verify', body, { 'Content-Type': type }), 415, 'media_type_unsupported', message);
      }
    });

    test('a_body_that_is_too_long__is_a_413', async () => {
      const long = JSON.stringify({ proof, publicInputs, rest: 'x'.repeat(5 << 20) });
      assertError(await daemon.verify(long), 413, 'body_too_large');
    });
  });
}
