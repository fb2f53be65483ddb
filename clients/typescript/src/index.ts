/**
 * A client of the PixPax API.
 *
 * @module
 */
import { Api } from './api.js';
import type { components } from './generated/api.js';
import { Accounts, Collections, Credentials, Identities, Operations, Pixbooks, Platform, Receipts } from './parts.js';
import { Subscriptions } from './subscriptions.js';
import { Transport, type ClientOptions } from './transport.js';

/**
 * A client of the PixPax API. Every call is rejected with {@link PixPaxProblem} when the API refuses, and with {@link PixPaxUnreachable} when
 * nothing comes back. Reads, and commands with the key that they carry, are tried again before that.
 */
export class PixPaxClient {
  readonly accounts: Accounts;
  readonly identities: Identities;
  readonly collections: Collections;
  readonly pixbooks: Pixbooks;
  readonly receipts: Receipts;
  readonly platform: Platform;
  readonly credentials: Credentials;
  readonly operations: Operations;
  readonly subscriptions: Subscriptions;

  constructor(options: ClientOptions) {
    const transport = new Transport(options);
    const api = new Api(transport);
    this.accounts = new Accounts(api);
    this.identities = new Identities(api);
    this.collections = new Collections(api);
    this.pixbooks = new Pixbooks(api);
    this.receipts = new Receipts(api);
    this.platform = new Platform(api);
    this.credentials = new Credentials(api);
    this.operations = new Operations(api);
    this.subscriptions = new Subscriptions(transport);
  }
}

/** The types of what the API takes and answers, by their names in its description. */
export type Schemas = components['schemas'];

/**
 * The entity tag of a stream at a version, for `ifMatch` and `getIfChanged`: `"{version}-{the first 8 digits of its hash}"`.
 * @param hash The hash of the receipt at that version, `sha256:` and 64 digits.
 */
export function entityTag(streamVersion: number, hash: string): string {
  if (!/^sha256:[0-9a-f]{64}$/.test(hash)) throw new TypeError('A hash is sha256: and 64 hexadecimal digits.');
  return `"${streamVersion}-${hash.slice(7, 15)}"`;
}

export { PROBLEM_CODES, type ProblemCode } from './generated/codes.js';
export type { VerifyFetched } from './parts.js';
export { PixPaxProblem, PixPaxUnreachable, type ProblemDetails, type ProblemPlace } from './problem.js';
export type { RetryPolicy } from './retry.js';
export type { Followed, FollowOptions } from './subscriptions.js';
export type { CallOptions, ClientOptions, CommandOptions } from './transport.js';
export * from './verify/index.js';
