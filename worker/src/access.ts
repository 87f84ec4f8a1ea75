// API keys, in the forms that proverd takes them: lines of name:key, and `Authorization: Bearer KEY` or `X-API-Key: KEY`.

import { Failure } from './failure.ts';

export interface KeyHolder {
  readonly name: string;
  readonly key: string;
}

const [SHORTEST_KEY, LONGEST_KEY] = [16, 1024];

/** Whether a header can carry the key, and does not trim it. */
export function isSendable(key: string): boolean {
  return /^[!-~]+$/.test(key);
}

function wrongLine(number: number, what: string): Failure {
  return new Failure('worker_misconfigured', `line ${number} of the Worker's secret API_KEYS ${what}`);
}

/** One line, by proverd's rule; a word `operator` at its beginning means something to proverd alone. */
function parseLine(line: string, number: number): KeyHolder {
  const [, name = '', key = ''] = /^(?:operator\s+)?([^:]*?)\s*:\s*(.*)$/.exec(line) ?? [];
  if (!/^[!-~]{1,64}$/.test(name))
    throw wrongLine(number, 'is not name:key, with a name of 1 to 64 ASCII characters, none of them a blank');
  if (key.length < SHORTEST_KEY || key.length > LONGEST_KEY || !isSendable(key))
    throw wrongLine(
      number,
      `is not name:key, with a key of ${SHORTEST_KEY} to ${LONGEST_KEY} ASCII characters, none of them a blank`,
    );
  return { name, key };
}

/** Blanks around a name or a key are no part of it: no header could bring them. */
export function parseKeys(text: string): KeyHolder[] {
  const holders: KeyHolder[] = [];
  text.split('\n').forEach((line, index) => {
    const trimmed = line.trim();
    if (trimmed === '' || trimmed.startsWith('#')) return;
    const holder = parseLine(trimmed, index + 1);
    if (holders.some(({ key }) => key === holder.key)) throw wrongLine(index + 1, 'has the key of a line before it');
    holders.push(holder);
  });
  if (holders.length === 0)
    throw new Failure(
      'worker_misconfigured',
      "the Worker's secret API_KEYS has no line name:key; delete the secret to ask for no key",
    );
  return holders;
}

function presentedKey(headers: Headers): string | null {
  const bearer = /^bearer (.*)$/i.exec(headers.get('Authorization') ?? '');
  return bearer?.[1] ?? headers.get('X-API-Key');
}

async function digest(text: string): Promise<ArrayBuffer> {
  return crypto.subtle.digest('SHA-256', new TextEncoder().encode(text));
}

/** The name of who asks; null when the key is missing or unknown. */
export async function findHolder(headers: Headers, holders: readonly KeyHolder[]): Promise<string | null> {
  const key = presentedKey(headers);
  if (key === null) return null;
  const presented = await digest(key);
  let found: string | null = null;
  // All are looked at, so that the time does not tell which one it is.
  for (const holder of holders)
    if (crypto.subtle.timingSafeEqual(presented, await digest(holder.key))) found = holder.name;
  return found;
}

/** Why a request that shows no key of ours is refused. */
export function keyRefusal(headers: Headers): Failure {
  const challenge = { headers: { 'WWW-Authenticate': 'Bearer' } };
  return presentedKey(headers) === null
    ? new Failure('key_missing', 'this needs an API key: send Authorization: Bearer KEY, or X-API-Key: KEY', challenge)
    : new Failure('key_unknown', "that API key is not one of this server's", challenge);
}
