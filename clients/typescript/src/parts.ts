import type { Answer, Api, BodyOf, CommandPath, Item, ListPath, QueryOf, ReadPath, Written } from './api.js';
import type { CallOptions, CommandOptions } from './transport.js';
import type { TrustFile } from './verify/trust.js';
import type { VerificationReport } from './verify/report.js';
import { verifyBundle, type VerifyOptions } from './verify/bundle.js';
import type { BundleSubject } from './verify/subject.js';

/** What a list may be narrowed to. Pages are read as they are asked for. */
type Narrowed<P extends ReadPath> = Omit<QueryOf<P>, 'cursor' | 'limit'> & CallOptions;
type AtLeast = { readonly minVersion?: number } & CallOptions;
type List<P extends ListPath> = AsyncGenerator<Item<P>, void, undefined>;
type Command<P extends CommandPath> = Promise<Written<P>>;

/** What a verification of something fetched is judged by. The trust file is pinned by the application: it does not come from the host whose word it judges. */
export type VerifyFetched = Omit<VerifyOptions, 'trust' | 'subject'> & { readonly trust: TrustFile };

/** The options of a call, and what it asks for. */
function split<T extends CallOptions>(options: T): [Omit<T, 'signal'>, CallOptions] {
  const { signal, ...query } = options;
  return [query, signal ? { signal } : {}];
}

async function verified(response: Promise<Response>, options: VerifyFetched, name: string, subject: BundleSubject): Promise<VerificationReport> {
  return verifyBundle(await response, { name, ...options, subject });
}

export class Accounts {
  constructor(private readonly api: Api) {}

  /** The accounts of which the caller is a member. */
  list(options: Narrowed<'/v1/accounts'> = {}): List<'/v1/accounts'> {
    const [query, call] = split(options);
    return this.api.list('/v1/accounts', {}, query, call);
  }

  get(id: string, options: AtLeast = {}): Promise<Answer<'/v1/accounts/{id}'>> {
    const [query, call] = split(options);
    return this.api.get('/v1/accounts/{id}', { id }, query, call);
  }

  /** Null when it is still what the caller has. */
  getIfChanged(id: string, entityTag: string, options?: CallOptions): Promise<Answer<'/v1/accounts/{id}'> | null> {
    return this.api.getIfChanged('/v1/accounts/{id}', { id }, entityTag, options);
  }

  /** The receipts of all its streams, in the order of their ids; one may appear before another that was read already. */
  receipts(id: string, options: Narrowed<'/v1/accounts/{id}/receipts'> = {}): List<'/v1/accounts/{id}/receipts'> {
    const [query, call] = split(options);
    return this.api.list('/v1/accounts/{id}/receipts', { id }, query, call);
  }

  create(command: BodyOf<'/v1/accounts/commands/create'>, options?: CommandOptions): Command<'/v1/accounts/commands/create'> {
    return this.api.command('/v1/accounts/commands/create', {}, command, options);
  }

  addMember(id: string, command: BodyOf<'/v1/accounts/{id}/commands/add-member'>, options?: CommandOptions): Command<'/v1/accounts/{id}/commands/add-member'> {
    return this.api.command('/v1/accounts/{id}/commands/add-member', { id }, command, options);
  }

  removeMember(id: string, command: BodyOf<'/v1/accounts/{id}/commands/remove-member'>, options?: CommandOptions): Command<'/v1/accounts/{id}/commands/remove-member'> {
    return this.api.command('/v1/accounts/{id}/commands/remove-member', { id }, command, options);
  }
}

export class Identities {
  constructor(private readonly api: Api) {}

  /** The identities of an account. */
  list(accountId: string, options: Omit<Narrowed<'/v1/identities'>, 'accountId'> = {}): List<'/v1/identities'> {
    const [query, call] = split(options);
    return this.api.list('/v1/identities', {}, { ...query, accountId }, call);
  }

  get(id: string, options: AtLeast = {}): Promise<Answer<'/v1/identities/{id}'>> {
    const [query, call] = split(options);
    return this.api.get('/v1/identities/{id}', { id }, query, call);
  }

  /** Null when it is still what the caller has. */
  getIfChanged(id: string, entityTag: string, options?: CallOptions): Promise<Answer<'/v1/identities/{id}'> | null> {
    return this.api.getIfChanged('/v1/identities/{id}', { id }, entityTag, options);
  }

  /** Its public keys that have not ended, for JOSE libraries (RFC 7517). */
  jwks(id: string, options: AtLeast = {}): Promise<Answer<'/v1/identities/{id}/jwks'>> {
    const [query, call] = split(options);
    return this.api.get('/v1/identities/{id}/jwks', { id }, query, call);
  }

  create(command: BodyOf<'/v1/identities/commands/create'>, options?: CommandOptions): Command<'/v1/identities/commands/create'> {
    return this.api.command('/v1/identities/commands/create', {}, command, options);
  }

  rotateKey(id: string, command: BodyOf<'/v1/identities/{id}/commands/rotate-key'> = {}, options?: CommandOptions): Command<'/v1/identities/{id}/commands/rotate-key'> {
    return this.api.command('/v1/identities/{id}/commands/rotate-key', { id }, command, options);
  }

  revoke(id: string, command: BodyOf<'/v1/identities/{id}/commands/revoke'> = {}, options?: CommandOptions): Command<'/v1/identities/{id}/commands/revoke'> {
    return this.api.command('/v1/identities/{id}/commands/revoke', { id }, command, options);
  }
}

export class Collections {
  constructor(private readonly api: Api) {}

  /** The published collections. */
  list(options: Narrowed<'/v1/collections'> = {}): List<'/v1/collections'> {
    const [query, call] = split(options);
    return this.api.list('/v1/collections', {}, query, call);
  }

  version(id: string, version: string, options: AtLeast = {}): Promise<Answer<'/v1/collections/{id}/versions/{version}'>> {
    const [query, call] = split(options);
    return this.api.get('/v1/collections/{id}/versions/{version}', { id, version }, query, call);
  }

  /** Null when it is still what the caller has. */
  versionIfChanged(id: string, version: string, entityTag: string, options?: CallOptions): Promise<Answer<'/v1/collections/{id}/versions/{version}'> | null> {
    return this.api.getIfChanged('/v1/collections/{id}/versions/{version}', { id, version }, entityTag, options);
  }

  card(id: string, version: string, cardId: string, options?: CallOptions): Promise<Answer<'/v1/collections/{id}/versions/{version}/cards/{cardId}'>> {
    return this.api.get('/v1/collections/{id}/versions/{version}/cards/{cardId}', { id, version, cardId }, {}, options);
  }

  /** The picture of a card, a PNG. */
  async picture(id: string, version: string, cardId: string, options: { readonly scale?: number } & CallOptions = {}): Promise<Blob> {
    const [query, call] = split(options);
    return (await this.api.file('/v1/collections/{id}/versions/{version}/cards/{cardId}.png', { id, version, cardId }, query, 'image/png', call)).blob();
  }

  publish(command: BodyOf<'/v1/collections/commands/publish'>, options?: CommandOptions): Command<'/v1/collections/commands/publish'> {
    return this.api.command('/v1/collections/commands/publish', {}, command, options);
  }

  retireSeries(id: string, command: BodyOf<'/v1/collections/{id}/commands/retire-series'>, options?: CommandOptions): Command<'/v1/collections/{id}/commands/retire-series'> {
    return this.api.command('/v1/collections/{id}/commands/retire-series', { id }, command, options);
  }
}

export class Pixbooks {
  constructor(private readonly api: Api) {}

  /** The books of the caller's accounts, or those of one account or identity. */
  list(options: Narrowed<'/v1/pixbooks'> = {}): List<'/v1/pixbooks'> {
    const [query, call] = split(options);
    return this.api.list('/v1/pixbooks', {}, query, call);
  }

  get(id: string, options: AtLeast = {}): Promise<Answer<'/v1/pixbooks/{id}'>> {
    const [query, call] = split(options);
    return this.api.get('/v1/pixbooks/{id}', { id }, query, call);
  }

  /** Null when it is still what the caller has. */
  getIfChanged(id: string, entityTag: string, options?: CallOptions): Promise<Answer<'/v1/pixbooks/{id}'> | null> {
    return this.api.getIfChanged('/v1/pixbooks/{id}', { id }, entityTag, options);
  }

  /** Its cards, and the last document that a client saved. */
  snapshot(id: string, options: AtLeast = {}): Promise<Answer<'/v1/pixbooks/{id}/snapshot'>> {
    const [query, call] = split(options);
    return this.api.get('/v1/pixbooks/{id}/snapshot', { id }, query, call);
  }

  /** What it takes to draw it: every card of its collection, by series and slot, with what the book holds of each. */
  stickerbook(id: string, options: AtLeast = {}): Promise<Answer<'/v1/pixbooks/{id}/stickerbook'>> {
    const [query, call] = split(options);
    return this.api.get('/v1/pixbooks/{id}/stickerbook', { id }, query, call);
  }

  /** Its receipts, in their order. This does not verify them: see {@link verify}. */
  receipts(id: string, options: Narrowed<'/v1/pixbooks/{id}/receipts'> = {}): List<'/v1/pixbooks/{id}/receipts'> {
    const [query, call] = split(options);
    return this.api.list('/v1/pixbooks/{id}/receipts', { id }, query, { ...call, cursor: 'after' });
  }

  /** The bundle of its receipts and of the keys that verify them: a file for any verifier. */
  bundle(id: string, options?: CallOptions): Promise<Response> {
    return this.api.file('/v1/pixbooks/{id}/bundle', { id }, {}, 'application/jsonl', options);
  }

  /** Fetches the bundle and verifies it here, as it comes. One that is not of this book, from its first receipt on, is not good. */
  verify(id: string, options: VerifyFetched): Promise<VerificationReport> {
    return verified(this.bundle(id, split(options)[1]), options, `pixbook ${id}`, { bookId: id });
  }

  create(command: BodyOf<'/v1/pixbooks/commands/create'>, options?: CommandOptions): Command<'/v1/pixbooks/commands/create'> {
    return this.api.command('/v1/pixbooks/commands/create', {}, command, options);
  }

  save(id: string, command: BodyOf<'/v1/pixbooks/{id}/commands/save'>, options?: CommandOptions): Command<'/v1/pixbooks/{id}/commands/save'> {
    return this.api.command('/v1/pixbooks/{id}/commands/save', { id }, command, options);
  }

  addCard(id: string, command: BodyOf<'/v1/pixbooks/{id}/commands/add-card'>, options?: CommandOptions): Command<'/v1/pixbooks/{id}/commands/add-card'> {
    return this.api.command('/v1/pixbooks/{id}/commands/add-card', { id }, command, options);
  }

  removeCard(id: string, command: BodyOf<'/v1/pixbooks/{id}/commands/remove-card'>, options?: CommandOptions): Command<'/v1/pixbooks/{id}/commands/remove-card'> {
    return this.api.command('/v1/pixbooks/{id}/commands/remove-card', { id }, command, options);
  }
}

export class Receipts {
  constructor(private readonly api: Api) {}

  get(eventId: string, options?: CallOptions): Promise<Answer<'/v1/receipts/{eventId}'>> {
    return this.api.get('/v1/receipts/{eventId}', { eventId }, {}, options);
  }

  /** The bundle of a receipt, with its commit and the keys that verify it. */
  bundle(eventId: string, options?: CallOptions): Promise<Response> {
    return this.api.file('/v1/receipts/{eventId}/bundle', { eventId }, {}, 'application/jsonl', options);
  }

  /** Fetches the bundle of a receipt and verifies it here. One without the receipt is not good. */
  verify(eventId: string, options: VerifyFetched): Promise<VerificationReport> {
    return verified(this.bundle(eventId, split(options)[1]), options, `receipt ${eventId}`, { eventId });
  }
}

export class Platform {
  constructor(private readonly api: Api) {}

  /** The platform's public keys that have not ended, for JOSE libraries (RFC 7517). */
  jwks(options?: CallOptions): Promise<Answer<'/.well-known/jwks.json'>> {
    return this.api.get('/.well-known/jwks.json', {}, {}, options);
  }

  /**
   * The host's own trust file, to be looked at, compared over another way, and kept. A host that lies about receipts lies about this file
   * too: what is verified against one that came along with it is shown to agree with itself, and nothing more.
   */
  async downloadTrustFileToPin(options?: CallOptions): Promise<string> {
    return (await this.api.file('/.well-known/concord-trust.json', {}, {}, 'application/json', options)).text();
  }
}

/** What services sign in with; operators issue it. */
export class Credentials {
  constructor(private readonly api: Api) {}

  /** All that were issued, those too that have ended. */
  list(options: Narrowed<'/v1/credentials'> = {}): List<'/v1/credentials'> {
    const [query, call] = split(options);
    return this.api.list('/v1/credentials', {}, query, call);
  }

  /** The secret is made by whoever will use it; the host is given its hash. */
  issue(command: BodyOf<'/v1/credentials/commands/issue'>, options?: CommandOptions): Command<'/v1/credentials/commands/issue'> {
    return this.api.command('/v1/credentials/commands/issue', {}, command, options);
  }

  revoke(id: string, command: BodyOf<'/v1/credentials/{id}/commands/revoke'> = {}, options?: CommandOptions): Command<'/v1/credentials/{id}/commands/revoke'> {
    return this.api.command('/v1/credentials/{id}/commands/revoke', { id }, command, options);
  }
}

/** What operators look at. */
export class Operations {
  constructor(private readonly api: Api) {}

  /** How the host is: where it keeps receipts, who signs, whether it is ready, and how far behind its lists are. */
  overview(options?: CallOptions): Promise<Answer<'/v1/admin/overview'>> {
    return this.api.get('/v1/admin/overview', {}, {}, options);
  }

  /** All streams with their heads, from the receipt store itself, in the order of their prefixes. */
  streams(options: Narrowed<'/v1/admin/streams'> = {}): List<'/v1/admin/streams'> {
    const [query, call] = split(options);
    return this.api.list('/v1/admin/streams', {}, query, call);
  }

  /** Has the host verify a stream: its word, for what is to be known without it see `verify`. It takes as long as the stream is long. */
  checkStream(prefix: string, options?: CallOptions): Promise<Answer<'/v1/admin/streams/check'>> {
    return this.api.get('/v1/admin/streams/check', {}, { prefix }, options);
  }
}
