// What is measured, by name: the circuits, the systems in the order of the tables, and what a run has by default.

/** The maze is a circuit of its own; the others have the number of links that brings them just below their rows. */
export const CIRCUITS = {
  maze: { rows: 2 ** 13 },
  rows14: { rows: 2 ** 14, links: 84, extra: true },
  rows15: { rows: 2 ** 15, links: 205 },
  rows17: { rows: 2 ** 17, links: 920 },
  rows18: { rows: 2 ** 18, links: 1860, extra: true },
};

/**
 * `mostClients` for what takes no more, `extra` for what is measured only when it is named, `ceremonyOnly` for what refuses
 * the points of a development CRS.
 */
export const SYSTEMS = {
  bb: { title: 'bb prove alone', mostClients: 1 },
  proverd: { title: 'proverd' },
  process: { title: 'a process a request' },
  keyed: { title: 'the same, key given', extra: true },
  native: { title: 'bb.js, native' },
  wasm: { title: 'bb.js, WASM', ceremonyOnly: true },
};

export const PROOFS = {
  circuits: Object.keys(CIRCUITS).filter((name) => !CIRCUITS[name].extra),
  systems: Object.keys(SYSTEMS).filter((name) => !SYSTEMS[name].extra),
  clients: [1, 2, 8, 32],
  rounds: 5,
  proverdOptions: [],
  bbMsm: 'new',
};
export const EXECUTE = { rounds: 30 };
export const VERIFY = { rounds: 200 };
export const BAD_REQUESTS = { requests: 100_000, clients: 32, proverdOptions: [] };
