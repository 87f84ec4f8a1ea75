// The routes of proverd, as its OpenAPI document has them: a test holds this table against the document that proverd
// serves. What is not in it is answered here, and wakes no container. /metrics is not: it is one instance's, and for whoever
// runs it.

import { Failure } from './failure.ts';

export type QueryName = 'circuit' | 'verifierTarget' | 'name';

export interface Route {
  readonly method: 'GET' | 'POST' | 'DELETE';
  readonly path: string;
  readonly needsKey: boolean;
  readonly about: string;
  /** The names that its query takes; none, unless they are said. */
  readonly takes?: readonly QueryName[];
  /** Changes what every instance has, so every instance is told. */
  readonly everywhere?: boolean;
  /** Its answers may be kept in the proof cache. */
  readonly proves?: boolean;
}

export interface Match {
  readonly route: Route;
  /** The circuit that the path names; null where it names none. */
  readonly circuit: string | null;
}

const CIRCUIT = ['circuit'] as const;
const TARGET = ['verifierTarget'] as const;
const BOTH = [...CIRCUIT, ...TARGET] as const;

export const ROUTES: readonly Route[] = [
  { method: 'GET', path: '/api', needsKey: false, about: 'what this is, and its endpoints' },
  { method: 'GET', path: '/api/health', needsKey: false, about: 'whether proofs can be made' },
  { method: 'GET', path: '/api/ready', needsKey: false, about: 'whether a proof would be taken now' },
  { method: 'GET', path: '/api/openapi.json', needsKey: false, about: 'this API, described by OpenAPI 3.1' },
  { method: 'GET', path: '/api/docs', needsKey: false, about: 'the same as a page to read' },
  {
    method: 'POST',
    path: '/api/prove',
    needsKey: true,
    about: 'a witness or inputs in, a proof out',
    takes: BOTH,
    proves: true,
  },
  { method: 'POST', path: '/api/execute', needsKey: true, about: 'inputs in, a witness out', takes: CIRCUIT },
  { method: 'POST', path: '/api/verify', needsKey: true, about: 'whether a proof is right', takes: BOTH },
  { method: 'GET', path: '/api/circuits', needsKey: false, about: 'the circuits' },
  {
    method: 'POST',
    path: '/api/circuits',
    needsKey: true,
    about: 'a compiled circuit in',
    takes: ['name'],
    everywhere: true,
  },
  { method: 'GET', path: '/api/circuits/{circuit}', needsKey: false, about: 'one circuit' },
  {
    method: 'DELETE',
    path: '/api/circuits/{circuit}',
    needsKey: true,
    about: 'an uploaded circuit out',
    everywhere: true,
  },
  {
    method: 'POST',
    path: '/api/circuits/{circuit}/prove',
    needsKey: true,
    about: 'as POST /api/prove',
    takes: TARGET,
    proves: true,
  },
  { method: 'POST', path: '/api/circuits/{circuit}/execute', needsKey: true, about: 'as POST /api/execute' },
  {
    method: 'GET',
    path: '/api/circuits/{circuit}/vk',
    needsKey: false,
    about: 'its verification key',
    takes: TARGET,
  },
  {
    method: 'GET',
    path: '/api/circuits/{circuit}/verifier.sol',
    needsKey: false,
    about: 'its Solidity verifier',
    takes: TARGET,
  },
];

/** What names a circuit: what a path may hold as it is, but for . and .., which lead elsewhere. */
const CIRCUIT_PART = "(?!\\.{1,2}(?:/|$))([A-Za-z0-9._~!$&'()*+,;=:@-]{1,192})";

/** A path has one spelling: no slash more or at its end, no character as %2f. */
const PATTERNS = ROUTES.map(
  ({ path }) => new RegExp(`^${path.replaceAll('.', '\\.').replace('{circuit}', () => CIRCUIT_PART)}$`),
);

/** The path of a URL as it came; `new URL()` would make /api/prove of /api/./prove and of /api\\prove. */
export function pathOf(url: string): string {
  return /^[^:]*:\/\/[^/\\?#]*([^?#]*)/.exec(url)?.[1] ?? '';
}

/** The methods that a path takes; empty when there is nothing at it. */
export function methodsAt(path: string): string[] {
  const methods = ROUTES.filter((_, index) => PATTERNS[index]?.test(path)).flatMap(({ method }) =>
    method === 'GET' ? ['GET', 'HEAD'] : [method],
  );
  return methods.length === 0 ? [] : [...methods, 'OPTIONS'];
}

export function notFound(path: string): Failure {
  const endpoints = Object.fromEntries(ROUTES.map(({ method, path, about }) => [`${method} ${path}`, about]));
  return new Failure('not_found', `there is nothing at ${path}`, { fields: { available_endpoints: endpoints } });
}

export function findRoute(method: string, path: string): Match {
  const wanted = method === 'HEAD' ? 'GET' : method;
  for (const [index, route] of ROUTES.entries()) {
    const matched = route.method === wanted ? PATTERNS[index]?.exec(path) : null;
    if (matched) return { route, circuit: matched[1] ?? null };
  }
  const allowed = methodsAt(path).join(', ');
  if (allowed === '') throw notFound(path);
  throw new Failure('method_not_allowed', `${path} takes ${allowed}`, { headers: { Allow: allowed } });
}
