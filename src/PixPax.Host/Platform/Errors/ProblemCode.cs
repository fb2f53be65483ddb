namespace PixPax.Host.Platform.Errors;

/// <summary>
/// The catalogue of everything that this API can answer instead of what was asked for. A code is a promise to clients:
/// it is never re-used for another meaning, and a problem without a code of this list cannot be made.
/// </summary>
internal sealed record ProblemCode
{
    private static readonly List<ProblemCode> Catalogue = [];

    public static readonly ProblemCode Unauthenticated = new("unauthenticated", 401, "Sign-in required",
        "The request carries no sign-in, or one that does not hold. Sign in and send it again.");

    public static readonly ProblemCode Forbidden = new("forbidden", 403, "Not allowed",
        "The caller is known, and may not do this. Ask an owner of the account, or an operator.");

    public static readonly ProblemCode AccessLost = new("access-lost", 403, "Access lost",
        "The caller may not follow this any more. Only subscriptions end with it.");

    public static readonly ProblemCode OriginRefused = new("origin-refused", 403, "Origin refused",
        "A page of another site sent the request, or what sent it with a session cookie does not say from where. `detail` says what is missing.");

    public static readonly ProblemCode NotFound = new("not-found", 404, "Not found",
        "Nothing is here, or the caller may not know of it. Check the address, and every id in it.");

    public static readonly ProblemCode MethodNotAllowed = new("method-not-allowed", 405, "Method not allowed",
        "The address exists, but not for this method; `Allow` names those that it takes.");

    public static readonly ProblemCode NotAcceptable = new("not-acceptable", 406, "Not acceptable",
        "`Accept` excludes the only media type that the endpoint answers in. Leave it out, or allow that type.");

    public static readonly ProblemCode RequestTimeout = new("request-timeout", 408, "Request too slow",
        "The request did not arrive in time. Send it again; a command with the same `Idempotency-Key`.");

    public static readonly ProblemCode PayloadTooLarge = new("payload-too-large", 413, "Body too large",
        "The body is larger than this endpoint takes. Send less; `detail` says how much it may be.");

    public static readonly ProblemCode UnsupportedMediaType = new("unsupported-media-type", 415, "Unsupported media type",
        "Bodies are `application/json` in UTF-8, not compressed. Say so in `Content-Type`.");

    public static readonly ProblemCode MalformedJson = new("malformed-json", 400, "Malformed JSON",
        "The body is not one JSON value in valid UTF-8. `detail` says at which byte.");

    public static readonly ProblemCode DuplicateMember = new("duplicate-member", 400, "Duplicate member",
        "An object of the body has the same member twice. Send it once.");

    public static readonly ProblemCode UnknownMember = new("unknown-member", 400, "Unknown member",
        "The body has a member that this command does not know; `errors` points at it. Leave it out, or mend its name.");

    public static readonly ProblemCode NumberNotExact = new("number-not-exact", 400, "Number not exact",
        "A number of the body cannot be kept exactly: beyond 2^53−1, or an integer that would change. Send it as a string.");

    public static readonly ProblemCode InvalidRequest = new("invalid-request", 400, "Invalid request",
        "Something in the request is missing or not of the right form; `errors` points at it.");

    public static readonly ProblemCode SubprotocolRequired = new("subprotocol-required", 400, "Subprotocol required",
        "A WebSocket for subscriptions is opened with the subprotocol `pixpax.v1`. Name it in the handshake.");

    public static readonly ProblemCode IdempotencyKeyRequired = new("idempotency-key-required", 400, "Idempotency-Key required",
        "A command needs an `Idempotency-Key`: a new UUID for each command, the same one for its retries.");

    public static readonly ProblemCode IdempotencyKeyInvalid = new("idempotency-key-invalid", 400, "Idempotency-Key invalid",
        "`Idempotency-Key` is not exactly one UUID, bare or in double quotes.");

    public static readonly ProblemCode IdempotencyKeyReused = new("idempotency-key-reused", 409, "Idempotency-Key already used",
        "The key was used for another command. Use a new one.");

    public static readonly ProblemCode Conflict = new("conflict", 409, "Conflict",
        "The command contradicts the present state. Look at it, and send a new command if you still want to.");

    public static readonly ProblemCode AlreadyExists = new("already-exists", 409, "Already exists",
        "What the command would create exists, and is not changed. Use it, or create another.");

    public static readonly ProblemCode AlreadyMember = new("already-member", 409, "Already a member",
        "The user is a member of the account. To change the role, remove them and add them again.");

    public static readonly ProblemCode NotMember = new("not-member", 409, "Not a member",
        "The user is not a member of the account. Look at its members.");

    public static readonly ProblemCode PositionAhead = new("position-ahead", 409, "Position ahead",
        "The position lies beyond the end of the stream; `currentVersion` is where it ends. Subscribe from a position that a subscription gave.");

    public static readonly ProblemCode VersionConflict = new("version-conflict", 412, "Version conflict",
        "The stream is not at the version that `If-Match` or `expectedVersion` names; `currentVersion` is where it is. Read it and decide again.");

    public static readonly ProblemCode PrivateKeyMaterial = new("private-key-material", 422, "Private key material",
        "The body carries something that looks like a private key. It was not stored; consider the key exposed.");

    public static readonly ProblemCode Unprocessable = new("unprocessable", 422, "Unprocessable",
        "The command is well formed and breaks a rule of the domain; `detail` says which. It will not succeed as it is.");

    public static readonly ProblemCode CollectionInvalid = new("collection-invalid", 422, "Collection invalid",
        "The published collection breaks rules; `errors` points at each place. Mend them and publish again.");

    public static readonly ProblemCode CardNotInCollection = new("card-not-in-collection", 422, "Card not in collection",
        "The collection has no such card in this version. Look at the version's cards.");

    public static readonly ProblemCode CardNotInBook = new("card-not-in-book", 422, "Card not in book",
        "The book does not hold this card. Look at its snapshot.");

    public static readonly ProblemCode SeriesRetired = new("series-retired", 422, "Series retired",
        "The series is retired, and is never opened again. Choose another.");

    public static readonly ProblemCode LastOwner = new("last-owner", 422, "Last owner",
        "An account keeps at least one owner. Make somebody else an owner first.");

    public static readonly ProblemCode IdentityRevoked = new("identity-revoked", 422, "Identity revoked",
        "The identity is revoked and signs nothing any more. Use another identity.");

    public static readonly ProblemCode IdentityKeyCompromised = new("identity-key-compromised", 422, "Identity's key compromised",
        "The identity's key was reported as compromised and signs nothing any more. An owner rotates it; then the identity signs again.");

    public static readonly ProblemCode FeedTooLarge = new("feed-too-large", 422, "Feed too large",
        "The account has more streams than one subscription follows. Subscribe to the streams themselves.");

    public static readonly ProblemCode TooManyConnections = new("too-many-connections", 429, "Too many connections",
        "The caller has as many subscription connections to this host as one may have. Close one, or use one for several subscriptions.", retryAfterSeconds: 5);

    public static readonly ProblemCode RateLimited = new("rate-limited", 429, "Too many requests",
        "The caller or its address asks for more than its quota; `violatedPolicies` says which, and `Retry-After` when there is more.");

    public static readonly ProblemCode InternalError = new("internal-error", 500, "Internal error",
        "Our fault. Say the `requestId` when you report it.");

    public static readonly ProblemCode OutcomeUnknown = new("outcome-unknown", 503, "Outcome unknown",
        "The command may or may not have been committed. Retry it with the same `Idempotency-Key`.", retryAfterSeconds: 1);

    public static readonly ProblemCode StoreUnavailable = new("store-unavailable", 503, "Store unavailable",
        "The receipt store does not answer. This attempt committed nothing; retry later with the same `Idempotency-Key`.", retryAfterSeconds: 5);

    public static readonly ProblemCode SignInUnavailable = new("sign-in-unavailable", 503, "Sign-in unavailable",
        "Whether the sign-in holds cannot be told now. This attempt did nothing; retry later, a command with the same `Idempotency-Key`.", retryAfterSeconds: 5);

    public static readonly ProblemCode StreamReadOnly = new("stream-read-only", 503, "Stream read-only here",
        "The stream holds a receipt type that this version does not know, so it takes no commands here. Retry later: a newer version is being rolled out.", retryAfterSeconds: 30);

    public static readonly ProblemCode StreamDamaged = new("stream-damaged", 503, "Stream damaged",
        "The stream does not verify, and takes no commands until an operator has repaired it.");

    public static readonly ProblemCode Contention = new("contention", 503, "Too many writers",
        "Other writers were faster every time. This attempt committed nothing; retry with the same `Idempotency-Key`.", retryAfterSeconds: 1);

    public static readonly ProblemCode SigningUnavailable = new("signing-unavailable", 503, "Signing unavailable",
        "The receipt cannot be signed now. This attempt committed nothing; retry later with the same `Idempotency-Key`.", retryAfterSeconds: 5);

    public static readonly ProblemCode VersionNotReached = new("version-not-reached", 503, "Version not reached",
        "The stream has not reached `minVersion`; `currentVersion` is where it is. Ask again, or without `minVersion`.", retryAfterSeconds: 1);

    public static readonly ProblemCode ProjectionBehind = new("projection-behind", 503, "Projection behind",
        "The receipt that `minEventId` names is not in this list's projection, or there is none. Ask again, or without `minEventId`.", retryAfterSeconds: 1);

    public static readonly ProblemCode ProjectionUnavailable = new("projection-unavailable", 503, "Projection unavailable",
        "Lists and look-ups by receipt id cannot be answered now; commands, and reads of one thing by its id, can. Ask again later.", retryAfterSeconds: 5);

    public static readonly ProblemCode Overloaded = new("overloaded", 503, "Overloaded",
        "More requests than can be worked on. This attempt committed nothing; retry with the same `Idempotency-Key`.", retryAfterSeconds: 1);

    public static readonly ProblemCode TimedOut = new("timed-out", 503, "Timed out",
        "The request took too long and was given up. It was a read: nothing has changed.", retryAfterSeconds: 5);

    private ProblemCode(string code, int status, string title, string meaning, int? retryAfterSeconds = null)
    {
        (Code, Status, Title, Meaning, RetryAfterSeconds) = (code, status, title, meaning, retryAfterSeconds);
        Catalogue.Add(this);
    }

    public static IReadOnlyList<ProblemCode> All => Catalogue;

    /// <exception cref="ArgumentException">The catalogue has no such code.</exception>
    public static ProblemCode Find(string code) =>
        Catalogue.Find(one => one.Code == code) ?? throw new ArgumentException($"'{code}' is not in the catalogue.", nameof(code));

    public string Code { get; }

    public int Status { get; }

    public string Title { get; }

    /// <summary>What it means, for the catalogue, and for a problem that has nothing more exact to say.</summary>
    public string Meaning { get; }

    public int? RetryAfterSeconds { get; }

    public string Type => "urn:pixpax:problem:" + Code;

    /// <summary>The code for an error that the framework answered with a status alone.</summary>
    public static ProblemCode ForStatus(int status) => status switch
    {
        401 => Unauthenticated,
        403 => Forbidden,
        404 => NotFound,
        405 => MethodNotAllowed,
        406 => NotAcceptable,
        408 => RequestTimeout,
        413 => PayloadTooLarge,
        415 => UnsupportedMediaType,
        429 => RateLimited,
        < 500 => InvalidRequest,
        _ => InternalError,
    };
}
