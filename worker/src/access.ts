// API keys, in the forms that proverd takes them: lines of name:key, and `Authorization: Bearer KEY` or `X-API-Key: KEY`.

import { Failure } from './failure.ts';

export interface KeyHolder {
  readonly name: string;
  readonly key: string;
}

const SHORTEST_KEY = 16;

export function parseKeys(text: string): KeyHolder[] {
  const holders: KeyHolder[] = [];
  text.split(/\r?\n/).forEach((line, index) => {
    if (line === '' || line.startsWith('#')) return;
    const [, name, key] = /^([^:]{1,64}):(.+)$/.exec(line) ?? [];
    if (name === undefined || key === undefined || key.length < SHORTEST_KEY)
      throw new Failure(
        'worker_misconfigured',
        `line ${index + 1} of the Worker's secret API_KEYS is not name:key, with a key of ${SHORTEST_KEY} characters or more`,
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

/** The name of who asks. Throws when the key is missing or unknown. */
export async function findHolder(headers: Headers, holders: readonly KeyHolder[]): Promise<string> {
  const key = presentedKey(headers);
  const challenge = { headers: { 'WWW-Authenticate': 'Bearer' } };
  if (key === null)
    throw new Failure(
      'key_missing',
      'this needs an API key: send Authorization: Bearer KEY, or X-API-Key: KEY',
      challenge,
    );
  const presented = await digest(key);
  let found: string | null = null;
  // All are looked at, so that the time does not tell which one it is.
  for (const holder of holders)
    if (crypto.subtle.timingSafeEqual(presented, await digest(holder.key))) found = holder.name;
  if (found === null) throw new Failure('key_unknown', "that API key is not one of this server's", challenge);
  return found;
}
