// Waiting for what can be seen, with a deadline; never for time to pass.

import { setImmediate } from 'node:timers/promises';

/** Looks until `look` gives something true, and gives that; fails when `what` has not come about in time. */
export async function until(what, look, seconds = 10) {
  const deadline = performance.now() + seconds * 1000;
  for (;;) {
    const seen = await look();
    if (seen) return seen;
    if (performance.now() > deadline) throw new Error(`waited ${seconds} s in vain: ${what}`);
    await setImmediate();
  }
}

/** What `promise` gives, if it comes in time. */
export async function within(seconds, what, promise) {
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`not within ${seconds} s: ${what}`)), seconds * 1000);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}
