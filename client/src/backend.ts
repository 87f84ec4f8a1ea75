// UltraHonkBackend of bb.js, with the work done elsewhere.

import { readKey, readUrl } from './address.js';
import { type Bytes, fromHex, toBytes, toHex, toJson } from './bytes.js';
import { ProverError } from './error.js';
import { type Call, Transport } from './transport.js';

/** For whom a proof is; bb.js's own list. */
export type VerifierTarget =
  | 'evm'
  | 'evm-no-zk'
  | 'noir-recursive'
  | 'noir-recursive-no-zk'
  | 'noir-rollup'
  | 'noir-rollup-no-zk'
  | 'starknet'
  | 'starknet-no-zk';

/** bb.js's ProofData. */
export interface ProofData {
  proof: Uint8Array;
  publicInputs: string[];
}

export interface ProofToCheck {
  readonly proof: Bytes;
  readonly publicInputs: readonly string[];
}

export interface Verdict {
  readonly verified: boolean;
  /** Why it is not verified, in words for people, where the server can tell. */
  readonly reason?: string;
}

/** A value of the ABI, as noir_js takes it; a bigint is sent as decimal digits, bytes and typed arrays as lists. */
export type InputValue =
  | string
  | number
  | bigint
  | boolean
  | Bytes
  | readonly InputValue[]
  | { readonly [field: string]: InputValue };

/** A value for each parameter of the circuit. */
export type Inputs = Readonly<Record<string, InputValue>>;

export interface CallOptions {
  /** For whom the proof is; noir-recursive unless said otherwise, as in bb.js. */
  readonly verifierTarget?: VerifierTarget | undefined;
  /** Ends the call; it then rejects with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
  /** @deprecated bb.js's older way to say 'evm-no-zk' */
  readonly keccak?: boolean | undefined;
  /** @deprecated bb.js's older way to say 'evm' */
  readonly keccakZK?: boolean | undefined;
  /** @deprecated bb.js's older way to say 'starknet-no-zk' */
  readonly starknet?: boolean | undefined;
  /** @deprecated bb.js's older way to say 'starknet' */
  readonly starknetZK?: boolean | undefined;
}

export interface RemoteBackendOptions {
  /** The circuit's name or id on the server; without it the server's first circuit. */
  readonly circuit?: string | undefined;
  readonly apiKey?: string | undefined;
  /** How often a call is sent again after 429, 503 or no answer; 4. */
  readonly retries?: number | undefined;
  /** Milliseconds that one try may take; 150,000, more than the server gives itself. */
  readonly timeout?: number | undefined;
  /** Most milliseconds to wait between two tries; 60,000. */
  readonly maxRetryDelay?: number | undefined;
  /** A fetch of your own. */
  readonly fetch?: typeof globalThis.fetch | undefined;
}

function targetOf(options: CallOptions): VerifierTarget | undefined {
  if (options.verifierTarget !== undefined) return options.verifierTarget;
  if (options.keccakZK) return 'evm';
  if (options.keccak) return 'evm-no-zk';
  if (options.starknetZK) return 'starknet';
  if (options.starknet) return 'starknet-no-zk';
  return undefined;
}

function invalid(what: string): ProverError {
  return new ProverError(
    'answer_invalid',
    `the server's answer ${what}: see that the URL leads to a proverd of this client's version`,
  );
}

async function readJson(response: Response): Promise<Record<string, unknown>> {
  const parsed: unknown = await response.json().catch(() => null);
  if (typeof parsed !== 'object' || parsed === null) throw invalid('is not JSON');
  return parsed as Record<string, unknown>;
}

async function readProof(response: Response): Promise<ProofData> {
  const { proof, publicInputs } = await readJson(response);
  if (typeof proof !== 'string' || !Array.isArray(publicInputs)) throw invalid('has no proof');
  try {
    return { proof: fromHex(proof), publicInputs: publicInputs.map(String) };
  } catch {
    throw invalid('has a proof that is not hex');
  }
}

export class RemoteBackend {
  private readonly transport: Transport;
  private readonly circuit: string | undefined;

  /**
   * `url` is the server's, or its Worker's: https://prover.example.org, or with a path in front of /api. Throws a
   * ProverError, url_invalid or api_key_invalid, when it or the key cannot be used.
   */
  constructor(url: string | URL, options: RemoteBackendOptions = {}) {
    this.circuit = options.circuit;
    this.transport = new Transport(readUrl(url), {
      apiKey: readKey(options.apiKey),
      retries: options.retries ?? 4,
      timeout: options.timeout ?? 150_000,
      maxRetryDelay: options.maxRetryDelay ?? 60_000,
      fetch: options.fetch ?? globalThis.fetch,
    });
  }

  /** Proves a witness, as `execute()` of noir_js gives it, or as a file holds it. */
  async generateProof(witness: Bytes, options: CallOptions = {}): Promise<ProofData> {
    const call: Call = {
      method: 'POST',
      path: '/api/prove',
      query: { circuit: this.circuit, verifierTarget: targetOf(options) },
      accept: 'application/json',
      contentType: 'application/octet-stream',
      body: toBytes(witness, 'the witness'),
      proves: true,
      signal: options.signal,
    };
    return this.transport.call(call, readProof);
  }

  /**
   * Executes the circuit with these inputs on the server, and proves it: no noir_js is needed. Inputs that do not fit
   * reject with `inputs_invalid` and all `mistakes`, a failed assertion with `assertion_failed` and its place.
   */
  async generateProofFromInputs(inputs: Inputs, options: CallOptions = {}): Promise<ProofData> {
    const call: Call = {
      method: 'POST',
      path: '/api/prove',
      query: { circuit: this.circuit, verifierTarget: targetOf(options) },
      accept: 'application/json',
      contentType: 'application/json',
      body: toJson({ inputs }),
      proves: true,
      signal: options.signal,
    };
    return this.transport.call(call, readProof);
  }

  /** Whether the proof is right, by the server's word; bb.js says it without the server. */
  async verifyProof(proofData: ProofToCheck, options: CallOptions = {}): Promise<boolean> {
    return (await this.checkProof(proofData, options)).verified;
  }

  /** As verifyProof, and why when it is not right. Not in bb.js. */
  async checkProof(proofData: ProofToCheck, options: CallOptions = {}): Promise<Verdict> {
    const { proof, publicInputs } = proofData;
    const call: Call = {
      method: 'POST',
      path: '/api/verify',
      query: { circuit: this.circuit, verifierTarget: targetOf(options) },
      accept: 'application/json',
      contentType: 'application/json',
      body: toJson({ proof: toHex(toBytes(proof, 'the proof')), publicInputs }),
      signal: options.signal,
    };
    const { verified, reason } = await this.transport.call(call, readJson);
    if (typeof verified !== 'boolean') throw invalid('has no verdict');
    return typeof reason === 'string' ? { verified, reason } : { verified };
  }

  async getVerificationKey(options: CallOptions = {}): Promise<Uint8Array> {
    const read = async (response: Response) => new Uint8Array(await response.arrayBuffer());
    return this.getOfCircuit('vk', 'application/octet-stream', options, read);
  }

  /** The contract's source. The key is bb.js's first argument; the server has its own, so it is not looked at. */
  async getSolidityVerifier(_verificationKey?: Bytes | null, options: CallOptions = {}): Promise<string> {
    return this.getOfCircuit('verifier.sol', 'text/plain', options, (response) => response.text());
  }

  /** As bb.js: the proof is a list of words already, so only the key's are given. */
  async generateRecursiveProofArtifacts(
    _proof?: Bytes,
    _numOfPublicInputs?: number,
    options: CallOptions = {},
  ): Promise<{ proofAsFields: string[]; vkAsFields: string[]; vkHash: string }> {
    const { vk, hash } = await this.getOfCircuit('vk', 'application/json', options, readJson);
    if (typeof vk !== 'string' || typeof hash !== 'string') throw invalid('has no verification key');
    const words = vk.slice(2).match(/.{64}/g) ?? [];
    return { proofAsFields: [], vkAsFields: words.map((word) => `0x${word}`), vkHash: hash };
  }

  /** Ends every call that is under way, and refuses new ones. The server keeps its circuit. */
  async destroy(): Promise<void> {
    this.transport.destroy();
  }

  /** Keys and contracts are asked for by the circuit's name; without one, that of the server's first. */
  private async getOfCircuit<T>(
    what: string,
    accept: string,
    options: CallOptions,
    read: (response: Response) => Promise<T>,
  ): Promise<T> {
    const { signal } = options;
    const circuit = this.circuit ?? (await this.firstCircuit(signal));
    // These would lead to another path.
    if (['', '.', '..'].includes(circuit))
      throw new ProverError('circuit_unknown', `no server has a circuit named "${circuit}": see GET /api/circuits`);
    const path = `/api/circuits/${encodeURIComponent(circuit)}/${what}`;
    return this.transport.call(
      { method: 'GET', path, query: { verifierTarget: targetOf(options) }, accept, signal },
      read,
    );
  }

  private async firstCircuit(signal: AbortSignal | undefined): Promise<string> {
    const call: Call = { method: 'GET', path: '/api/circuits', query: {}, accept: 'application/json', signal };
    const { circuits } = await this.transport.call(call, readJson);
    const first = Array.isArray(circuits) ? (circuits[0] as { id?: unknown } | undefined) : undefined;
    if (typeof first?.id !== 'string') throw invalid('names no circuit');
    return first.id;
  }
}
