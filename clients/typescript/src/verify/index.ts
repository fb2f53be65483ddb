/**
 * Verifies Concord receipts with WebCrypto and nothing else: no dependency, no network, in browsers and in Node.js.
 *
 * @module
 */
export { verifyBundle, type JudgedReceipt, type VerifyOptions } from './bundle.js';
export type { FailureCode } from './fault.js';
export type { StreamName } from './forms.js';
export type { FileSource } from './lines.js';
export type { KeyHistoryVerdict, NotChecked, NotCheckedName, StreamVerdict, VerificationFailure, VerificationReport } from './report.js';
export { verifyReceipt, type ReceiptVerdict } from './single.js';
export { FormatError } from './strict.js';
export type { BundleSubject } from './subject.js';
export { TrustFile } from './trust.js';
