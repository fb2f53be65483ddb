import type { paths } from './generated/api.js';
import { toHex } from './verify/forms.js';
import type { CallOptions, CommandOptions, Request, Transport } from './transport.js';

type Operation<P extends keyof paths, M extends 'get' | 'post'> = NonNullable<paths[P][M]>;
type Json<O> = O extends { readonly responses: { readonly 200: { readonly content: { readonly 'application/json': infer T } } } } ? T : never;
type In<O, Where extends 'path' | 'query'> = O extends { readonly parameters: { readonly [W in Where]?: infer T } } ? ([T] extends [undefined] ? Record<string, never> : NonNullable<T>) : never;

/** The addresses that answer a read, and those that take a command, as the description of the API has them. */
export type ReadPath = { [P in keyof paths]: paths[P] extends { readonly get: object } ? P : never }[keyof paths];
export type CommandPath = { [P in keyof paths]: paths[P] extends { readonly post: object } ? P : never }[keyof paths];
export type ListPath = { [P in ReadPath]: Answer<P> extends { readonly data: readonly unknown[]; readonly nextCursor: string | null } ? P : never }[ReadPath];

export type Answer<P extends ReadPath> = Json<Operation<P, 'get'>>;
export type Written<P extends CommandPath> = Json<Operation<P, 'post'>>;
export type PathOf<P extends keyof paths, M extends 'get' | 'post' = 'get'> = In<Operation<P, M>, 'path'>;
export type QueryOf<P extends ReadPath> = In<Operation<P, 'get'>, 'query'>;
export type BodyOf<P extends CommandPath> = Operation<P, 'post'> extends { readonly requestBody?: infer B } ? (NonNullable<B> extends { readonly content: { readonly 'application/json': infer T } } ? T : never) : never;
export type Item<P extends ListPath> = Answer<P> extends { readonly data: readonly (infer T)[] } ? T : never;

/** The API as it is described: every address, with the types of what it takes and answers. */
export class Api {
  constructor(readonly transport: Transport) {}

  /** Reads. */
  get<P extends ReadPath>(path: P, ids: PathOf<P>, query: QueryOf<P>, options: CallOptions = {}): Promise<Answer<P>> {
    return this.transport.json({ ...read(path, ids, query), signal: options.signal });
  }

  /** Reads, unless it is still what the caller has: null then. */
  async getIfChanged<P extends ReadPath>(path: P, ids: PathOf<P>, entityTag: string, options: CallOptions = {}): Promise<Answer<P> | null> {
    const request = { ...read(path, ids, {}), headers: { Accept: 'application/json', 'If-None-Match': entityTag }, mayBeUnchanged: true, signal: options.signal };
    const response = await this.transport.send(request);
    return response.status === 304 ? null : this.transport.read<Answer<P>>(response, request);
  }

  /** Reads a list to its end, page by page, as it is asked for. */
  async *list<P extends ListPath>(path: P, ids: PathOf<P>, query: QueryOf<P>, options: CallOptions & { readonly cursor?: 'cursor' | 'after' } = {}): AsyncGenerator<Item<P>, void, undefined> {
    let next: string | null = null;
    do {
      const asked: QueryOf<P> = next === null ? query : { ...query, [options.cursor ?? 'cursor']: next };
      const page = (await this.get(path, ids, asked, options)) as unknown as { data: readonly Item<P>[]; nextCursor: string | null };
      yield* page.data;
      next = page.nextCursor;
    } while (next !== null);
  }

  /** Reads what is not JSON, as it comes. */
  file<P extends ReadPath>(path: P, ids: PathOf<P>, query: QueryOf<P>, accept: string, options: CallOptions = {}): Promise<Response> {
    return this.transport.send({ ...read(path, ids, query), headers: { Accept: accept }, signal: options.signal });
  }

  /** Sends a command, with a key that is the same in each attempt. */
  command<P extends CommandPath>(path: P, ids: PathOf<P, 'post'>, body: BodyOf<P>, { idempotencyKey = newKey(), ifMatch, signal }: CommandOptions = {}): Promise<Written<P>> {
    const headers = { Accept: 'application/json', 'Idempotency-Key': idempotencyKey, 'If-Match': ifMatch };
    return this.transport.json({ method: 'POST', path: fill(path, ids), headers, body, signal });
  }
}

const read = (path: string, ids: object, query: object): Request => ({
  method: 'GET',
  path: fill(path, ids),
  query: query as NonNullable<Request['query']>,
  headers: { Accept: 'application/json' },
});

/** A UUID of version 4 (RFC 9562). Pages that did not come over https have no `randomUUID`, and random bytes all the same. */
function newKey(): string {
  if (typeof crypto.randomUUID === 'function') return crypto.randomUUID();
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6]! & 0x0f) | 0x40;
  bytes[8] = (bytes[8]! & 0x3f) | 0x80;
  return toHex(bytes).replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
}

/** The address with its ids, escaped. */
const fill = (path: string, ids: object): string =>
  path.replace(/\{(\w+)\}/g, (_, name: string) => {
    const id = (ids as Record<string, unknown>)[name];
    if (typeof id !== 'string' || id === '') throw new TypeError(`${path} needs ${name}.`);
    if (id === '.' || id === '..') throw new TypeError(`${id} is no ${name}: an address would take it for a step.`);
    return encodeURIComponent(id);
  });
