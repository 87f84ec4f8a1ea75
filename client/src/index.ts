export type {
  CallOptions,
  Inputs,
  InputValue,
  ProofData,
  ProofToCheck,
  RemoteBackendOptions,
  Verdict,
  VerifierTarget,
} from './backend.js';
export { RemoteBackend } from './backend.js';
export type { Bytes } from './bytes.js';
export type { FailedAssertion, ProverErrorCode } from './error.js';
export { isProverError, PROVER_ERROR_CODES, ProverError } from './error.js';
