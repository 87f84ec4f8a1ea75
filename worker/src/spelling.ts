// Names that are nearly a setting's. A setting that nobody reads does nothing, and says so to nobody: API_KEY for API_KEYS
// would leave the door open.

/** How many letters have to be put in, left out or exchanged to make one text of the other. */
function distance(one: string, other: string): number {
  let row = Array.from({ length: other.length + 1 }, (_, index) => index);
  for (let i = 1; i <= one.length; i++) {
    const next = [i];
    for (let j = 1; j <= other.length; j++) {
      const exchanged = (row[j - 1] ?? 0) + Number(one[i - 1] !== other[j - 1]);
      next.push(Math.min(exchanged, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[other.length] ?? 0;
}

const SHORT_NAME = 6;

/** The known name that was meant by one that is not known; null when it is like none of them. */
export function meantBy(name: string, known: readonly string[]): string | null {
  const written = name.toUpperCase().replaceAll('-', '_');
  const isNear = (other: string) => distance(written, other) <= (other.length < SHORT_NAME ? 1 : 2);
  return known.find(isNear) ?? null;
}
