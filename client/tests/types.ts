// Compiled, never run: where a dApp has an UltraHonkBackend, a RemoteBackend will do.

import type { UltraHonkBackend } from '@aztec/bb.js';
import type { RemoteBackend } from '../src/index.js';

export const replaces = (backend: RemoteBackend): Pick<UltraHonkBackend, keyof UltraHonkBackend> => backend;
