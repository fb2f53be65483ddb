-- Which receipts of each stream are in the tables: a row guards all others of its stream, and only the next commit moves it.
CREATE TABLE stream_heads (
    stream               text COLLATE "C" PRIMARY KEY,
    type                 text COLLATE "C" NOT NULL,
    version              bigint NOT NULL,
    event_id             text COLLATE "C" NOT NULL,
    hash                 text COLLATE "C" NOT NULL,
    commit_first_version bigint NOT NULL
);

-- Streams that an inline projection saw to be behind: a hint, so that a projector need not wait for its next listing.
CREATE TABLE projector_inbox (
    stream text COLLATE "C" PRIMARY KEY
);

-- Who projects, until when, and how far it came. The token grows with every change of hands.
CREATE TABLE projector_offsets (
    name             text COLLATE "C" PRIMARY KEY,
    owner            text COLLATE "C" NOT NULL,
    fencing_token    bigint NOT NULL,
    lease_expires_at timestamptz NOT NULL,
    sweep_began_at   timestamptz,
    sweep_ended_at   timestamptz,
    streams          bigint NOT NULL DEFAULT 0,
    caught_up        bigint NOT NULL DEFAULT 0,
    published        bigint NOT NULL DEFAULT 0,
    left_out         bigint NOT NULL DEFAULT 0
);

-- What the rows of each table were made for.
CREATE TABLE projection_tables (
    name        text COLLATE "C" PRIMARY KEY,
    fingerprint text COLLATE "C" NOT NULL,
    built_at    timestamptz NOT NULL
);
