// API keys, in the forms that proverd takes them: lines of name:key, and `Authorization: Bearer KEY` or `X-API-Key: KEY`.

import { Failure } from './failure.ts';

export interface KeyHolder {
  readonly name: string;
  readonly key: string;
}

const SHORTEST_KEY = 16;

/** Whether a header can carry the key, and does not trim it. */
export function isSendable(key: string): boolean {
  return /^[!-~]([ -~]*[!-~])?$/.test(key);
}

/** Blanks around a name or a key are no part of it: no header could bring them. */
export function parseKeys(text: string): KeyHolder[] {
  const holders: KeyHolder[] = [];
  text.split('\n').forEach((line, index) => {
    const trimmed = line.trim();
    if (trimmed === '' || trimmed.startsWith('#')) return;
    const [, name, key] = /^([^:]{1,64}?)\s*:\s*(.+)$/.exec(trimmed) ?? [];
    if (name === undefined || key === undefined || key.length < SHORTEST_KEY || !isSendable(key))
      throw new Failure(
        'worker_misconfigured',
        `line ${index + 1} of the Worker's secret API_KEYS is not name:key, with a key of ${SHORTEST_KEY} ASCII characters or more`,
      );
    holders.push({ name, key });
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
