// A CRS for circuits of up to 2^18 rows, made here, for the repository's own has 8,193 points. Its secret is public, so its
// proofs prove nothing; but it is whole, and they verify by libultrahonk, in proverd too.

import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { cached, ULTRAHONK } from './paths.mjs';

const LOG_ROWS = 18;
export const DEVELOPMENT_POINTS = 2 ** LOG_ROWS + 1;

/** The folder of the CRS, made at the first call ever. */
export function developmentCrs(say) {
  return cached(`development-crs-${LOG_ROWS}`, async (folder) => {
    say(`development CRS: 2^${LOG_ROWS} points`);
    await promisify(execFile)(ULTRAHONK, ['development_crs', '-o', folder, '-n', `${LOG_ROWS}`]);
  });
}
