export type { CallOptions, ProofData, RemoteBackendOptions, VerifierTarget } from './backend.js';
export { RemoteBackend } from './backend.js';
export type { ProverErrorCode } from './error.js';
export { isProverError, PROVER_ERROR_CODES, ProverError } from './error.js';
