-- Rows are a function of streams. The key of every table begins with the stream, and no constraint spans two of them. Ids are in the
-- order of their code points, as lists are. Names and labels are not here: only where their content stands, which can be erased.

CREATE TABLE accounts (
    stream          text COLLATE "C" PRIMARY KEY,
    account_id      text COLLATE "C" NOT NULL,
    name_hash       text COLLATE "C",
    name_bytes      integer,
    name_media_type text COLLATE "C",
    created_at      timestamptz NOT NULL,
    members         integer NOT NULL,
    stream_version  bigint NOT NULL,
    hash            text COLLATE "C" NOT NULL
);

CREATE TABLE account_members (
    stream     text COLLATE "C",
    user_id    text COLLATE "C",
    account_id text COLLATE "C" NOT NULL,
    role       text COLLATE "C" NOT NULL,
    PRIMARY KEY (stream, user_id)
);
CREATE INDEX account_members_by_user ON account_members (user_id, account_id);

CREATE TABLE identities (
    stream           text COLLATE "C" PRIMARY KEY,
    identity_id      text COLLATE "C" NOT NULL,
    account_id       text COLLATE "C" NOT NULL,
    label_hash       text COLLATE "C",
    label_bytes      integer,
    label_media_type text COLLATE "C",
    status           text COLLATE "C" NOT NULL,
    stream_version   bigint NOT NULL,
    hash             text COLLATE "C" NOT NULL
);
CREATE INDEX identities_by_id ON identities (identity_id);
CREATE INDEX identities_by_account ON identities (account_id, identity_id);

CREATE TABLE identity_keys (
    stream        text COLLATE "C",
    public_key_id text COLLATE "C",
    identity_id   text COLLATE "C" NOT NULL,
    account_id    text COLLATE "C" NOT NULL,
    key_order     integer NOT NULL,
    public_key    text COLLATE "C" NOT NULL,
    validity      text COLLATE "C" NOT NULL,
    reason        text COLLATE "C",
    PRIMARY KEY (stream, public_key_id)
);

CREATE TABLE collections (
    stream         text COLLATE "C" PRIMARY KEY,
    collection_id  text COLLATE "C" NOT NULL,
    stream_version bigint NOT NULL,
    hash           text COLLATE "C" NOT NULL
);
CREATE INDEX collections_by_id ON collections (collection_id);

CREATE TABLE collection_versions (
    stream        text COLLATE "C",
    version       text COLLATE "C",
    collection_id text COLLATE "C" NOT NULL,
    card_count    integer NOT NULL,
    merkle_root   text COLLATE "C" NOT NULL,
    published_at  timestamptz NOT NULL,
    PRIMARY KEY (stream, version)
);

CREATE TABLE collection_series (
    stream        text COLLATE "C",
    series_key    text COLLATE "C",
    collection_id text COLLATE "C" NOT NULL,
    version       text COLLATE "C" NOT NULL,
    series_id     text COLLATE "C" NOT NULL,
    series_order  integer NOT NULL,
    is_retired    boolean NOT NULL,
    PRIMARY KEY (stream, series_key)
);

CREATE TABLE pixbooks (
    stream             text COLLATE "C" PRIMARY KEY,
    book_id            text COLLATE "C" NOT NULL,
    account_id         text COLLATE "C" NOT NULL,
    owner_identity_id  text COLLATE "C" NOT NULL,
    collection_id      text COLLATE "C" NOT NULL,
    name_hash          text COLLATE "C",
    name_bytes         integer,
    name_media_type    text COLLATE "C",
    created_at         timestamptz NOT NULL,
    cards              integer NOT NULL,
    last_save_event_id text COLLATE "C",
    last_save_version  bigint,
    stream_version     bigint NOT NULL,
    hash               text COLLATE "C" NOT NULL
);
CREATE INDEX pixbooks_by_id ON pixbooks (book_id);
CREATE INDEX pixbooks_by_account ON pixbooks (account_id, book_id);
CREATE INDEX pixbooks_by_identity ON pixbooks (owner_identity_id, book_id);

CREATE TABLE pixbook_cards (
    stream             text COLLATE "C",
    card_instance_id   text COLLATE "C",
    account_id         text COLLATE "C" NOT NULL,
    book_id            text COLLATE "C" NOT NULL,
    card_id            text COLLATE "C" NOT NULL,
    collection_id      text COLLATE "C" NOT NULL,
    collection_version text COLLATE "C" NOT NULL,
    series_id          text COLLATE "C",
    slot_index         integer NOT NULL,
    role               text COLLATE "C",
    item_hash          text COLLATE "C" NOT NULL,
    source             text COLLATE "C" NOT NULL,
    added_at_version   bigint NOT NULL,
    PRIMARY KEY (stream, card_instance_id)
);

CREATE TABLE pixbook_ledger_heads (
    stream         text COLLATE "C" PRIMARY KEY,
    account_id     text COLLATE "C" NOT NULL,
    book_id        text COLLATE "C" NOT NULL,
    last_event_id  text COLLATE "C" NOT NULL,
    last_hash      text COLLATE "C" NOT NULL,
    stream_version bigint NOT NULL
);

CREATE TABLE receipt_index (
    stream               text COLLATE "C",
    stream_version       bigint,
    event_id             text COLLATE "C" NOT NULL,
    stream_type          text COLLATE "C" NOT NULL,
    account_id           text COLLATE "C",
    type                 text COLLATE "C" NOT NULL,
    created_at           timestamptz NOT NULL,
    idempotency_key      text COLLATE "C" NOT NULL,
    commit_first_version bigint NOT NULL,
    hash                 text COLLATE "C" NOT NULL,
    PRIMARY KEY (stream, stream_version)
);
CREATE INDEX receipt_index_by_event ON receipt_index (event_id);
CREATE INDEX receipt_index_by_account ON receipt_index (account_id, event_id);
