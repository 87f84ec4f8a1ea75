// The query of a request, by proverd's rule: names are matched exactly, and each stands for one value. What the Worker read in
// another way than the prover, it would keep and hand out under the wrong name.

import { Failure } from './failure.ts';
import type { QueryName, Route } from './routes.ts';

export type Query = Readonly<Partial<Record<QueryName, string>>>;

function invalid(message: string): Failure {
  return new Failure('query_invalid', message);
}

/** One `name=value`; the value is null without a `=`. */
function readPart(part: string): { name: string; value: string | null } {
  // The & keeps a ? at the beginning of a name.
  const [[name, value] = ['', '']] = new URLSearchParams(`&${part}`);
  return { name, value: part.includes('=') ? value : null };
}

/** The values by name. Throws for a name that the route does not take, one twice, one without a value, and a NUL. */
export function readQuery({ method, path, takes = [] }: Route, search: string): Query {
  const query: Partial<Record<QueryName, string>> = {};
  // Behind the last & there may be nothing.
  const parts = search.replace(/^\?/, '').replace(/&$/, '');
  for (const part of parts === '' ? [] : parts.split('&')) {
    const { name, value } = readPart(part);
    const known = takes.find((taken) => taken === name);
    if (known === undefined)
      throw invalid(
        `there is no "${name.slice(0, 64)}" in the query of ${method} ${path}, which takes ` +
          `${takes.length === 0 ? 'none' : takes.join(', ')}; names are matched exactly`,
      );
    if (value === null) throw invalid(`${known} has no value in the query: send ${known}=…`);
    if (value.includes('\0')) throw invalid(`the value of ${known} has a NUL in the query`);
    if (query[known] !== undefined) throw invalid(`${known} stands more than once in the query: send it once`);
    query[known] = value;
  }
  return query;
}
