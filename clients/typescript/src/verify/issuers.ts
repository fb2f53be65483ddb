import { Fault } from './fault.js';
import type { KeyHistory } from './keys.js';
import type { Signer, StreamPolicy } from './policy.js';
import type { Receipt } from './receipt.js';
import type { Report } from './report.js';
import type { TrustFile } from './trust.js';

interface KnownSigner {
  readonly identityId: string | undefined;
  readonly accountId: string | undefined;
}

/** Judges who may sign the receipts of one stream. Who its signers are is read from its first receipt. */
export class IssuerRules {
  private readonly type: string;
  private signers: ReadonlyMap<string, KnownSigner> | null = null;

  constructor(private readonly stream: ReadonlyMap<string, string>, private readonly name: string, private readonly trust: TrustFile | null, private readonly report: Report) {
    this.type = stream.get('type')!;
  }

  /**
   * @param history The history of the issuer that has the key; undefined when the key is another's, which the next rule tells.
   * @throws {Fault} `issuer-not-allowed`.
   */
  check(receipt: Receipt, history: KeyHistory | undefined): void {
    const { identityId } = receipt.issuer;
    const isPlatform = identityId === 'platform';
    const deny = (expected: string): never => {
      throw new Fault('issuer-not-allowed', expected, identityId);
    };
    if (this.type === 'identity') return isPlatform ? undefined : deny('the platform, which signs key histories');
    const policies = this.trust?.policy;
    if (!policies) return this.report.addNotChecked('issuer-policy', 'No trust file with a policy was given: who may sign what was not checked.');
    const policy = policies.get(this.type) ?? deny(`nobody: the policy knows no streams of type ${this.type}`);
    if (receipt.streamVersion === 1) this.signers ??= this.readSigners(policy, receipt);
    const name = policy.signerOf(receipt.type, receipt.payload) ?? deny(`nobody: the policy has no rule for ${receipt.type} like this`);
    if (name === 'platform') return isPlatform ? undefined : deny('the platform');
    if (isPlatform) deny(`the ${name}`);
    const known = this.signers?.get(name) ?? this.unknown(name, policy.signers.get(name)!, identityId);
    if (known.identityId !== identityId) deny(`the ${name}, ${known.identityId}`);
    if ('accountId' in known && history && history.accountId !== known.accountId) deny(`an identity of account ${known.accountId}`);
  }

  private readSigners(policy: StreamPolicy, first: Receipt): ReadonlyMap<string, KnownSigner> {
    return new Map([...policy.signers].map(([name, signer]) => [name, {
      identityId: signer.identity(first.payload),
      accountId: signer.account ? signer.account(first.payload) : this.stream.get(signer.accountId),
    }]));
  }

  // Of a part of a stream without its first receipt the signers are not known; the account may be, from the stream's name.
  private unknown(name: string, signer: Signer, identityId: string): KnownSigner | { identityId: string } {
    this.report.addNotChecked('issuer-policy', `The first receipt of ${this.name} is not here: that ${identityId} is its ${name} was not checked.`);
    return signer.account ? { identityId } : { identityId, accountId: this.stream.get(signer.accountId) };
  }
}
