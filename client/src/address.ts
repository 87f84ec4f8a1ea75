// Where a backend sends, and what it shows there: looked at when it is made, so that nothing goes to another host than the one
// that was named, and a mistake is said as what it is.

import { ProverError } from './error.js';

function wrongUrl(what: string): ProverError {
  return new ProverError(
    'url_invalid',
    `the URL of RemoteBackend ${what}: give one such as https://prover.example.org`,
  );
}

/** The server's URL, without a slash at its end. Throws a ProverError for one that cannot be the server's. */
export function readUrl(given: string | URL): URL {
  const text = String(given);
  if (!URL.canParse(text)) throw wrongUrl('is not whole, or no URL');
  const url = new URL(text);
  if (url.protocol !== 'https:' && url.protocol !== 'http:') throw wrongUrl(`begins with ${url.protocol}`);
  // The message does not repeat them.
  if (url.username !== '' || url.password !== '')
    throw wrongUrl('holds a name or a password, which no browser sends; a key goes into apiKey');
  if (url.search !== '' || url.hash !== '') throw wrongUrl('holds a ? or a #, which would be lost');
  url.pathname = url.pathname.replace(/\/+$/, '');
  return url;
}

/** The address of a path of the API. It never leaves the server's host, whatever the URL's own path is. */
export function addressOf(server: URL, path: string, query: Readonly<Record<string, string | undefined>>): URL {
  const address = new URL(server);
  address.pathname = `${server.pathname.replace(/\/$/, '')}${path}`;
  for (const [name, value] of Object.entries(query)) if (value !== undefined) address.searchParams.set(name, value);
  return address;
}

/** The API key, if there is one. Throws a ProverError for one that no header can carry as it is. */
export function readKey(key: string | null | undefined): string | undefined {
  if (key === undefined || key === null) return undefined;
  if (typeof key === 'string' && /^[!-~]([ -~]*[!-~])?$/.test(key)) return key;
  throw new ProverError(
    'api_key_invalid',
    'apiKey cannot be sent: a key is one line of ASCII characters, without blanks around it; without a key, leave it out',
  );
}
