CREATE TABLE accounts (
    name text COLLATE "C" PRIMARY KEY,
    password_hash text NOT NULL,
    disabled boolean NOT NULL DEFAULT false,
    created_at timestamptz NOT NULL
);
CREATE TABLE assignments (
    account text COLLATE "C" NOT NULL REFERENCES accounts (name) ON DELETE CASCADE,
    office text COLLATE "C" NOT NULL,
    role text NOT NULL,
    PRIMARY KEY (account, office, role)
);
CREATE UNLOGGED TABLE attempts (
    kind text NOT NULL,
    subject text COLLATE "C" NOT NULL,
    count integer NOT NULL,
    window_ends timestamptz NOT NULL,
    PRIMARY KEY (kind, subject)
);
CREATE INDEX attempts_over ON attempts (window_ends);
CREATE TABLE feed_events (
    arrival bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    event_id uuid NOT NULL UNIQUE,
    position bigint UNIQUE,
    type text COLLATE "C" NOT NULL,
    event jsonb NOT NULL,
    received_at timestamptz NOT NULL
);
CREATE INDEX feed_unnumbered ON feed_events (arrival) WHERE position IS NULL;
CREATE INDEX feed_by_type ON feed_events (type, position);
CREATE INDEX feed_age ON feed_events (received_at);
CREATE TABLE feed_state (
    singleton boolean PRIMARY KEY DEFAULT true CHECK (singleton),
    last bigint NOT NULL,
    pruned_through bigint NOT NULL
);
CREATE TABLE contents (
    sha256 text COLLATE "C" PRIMARY KEY,
    size bigint NOT NULL,
    touched_at timestamptz NOT NULL,
    referenced_at timestamptz
);
CREATE INDEX contents_unreferenced ON contents (touched_at) WHERE referenced_at IS NULL;
INSERT INTO feed_state (last, pruned_through) VALUES (0, 0);
