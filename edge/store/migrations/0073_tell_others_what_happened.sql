-- Addresses at which an organisation, with everything below it, has others told of what
-- happened. Address and secrets lie sealed under the organisation's key: an address may be as
-- good as a password. `events` holds words with blanks between. While a secret is exchanged the
-- one before it signs too, until `before_until`.
CREATE TABLE webhook (
    head          BIGINT NOT NULL REFERENCES head (id),
    id            BIGINT NOT NULL,
    organisation  BIGINT NOT NULL,
    name          TEXT   NOT NULL,
    sealed_url    BYTEA  NOT NULL,
    events        TEXT   NOT NULL,
    sealed_secret BYTEA  NOT NULL,
    sealed_before BYTEA,
    before_until  TEXT,
    paused        TEXT,
    paused_why    TEXT   NOT NULL DEFAULT '',
    made          TEXT   NOT NULL,
    made_by       BIGINT NOT NULL,
    removed       TEXT,
    PRIMARY KEY (head, id)
);

-- What a webhook is told: one row for each event and webhook, written in the transaction of
-- what happened, and sent by the job `job`. `payload` is what is signed, byte by byte.
CREATE TABLE webhook_message (
    head     BIGINT NOT NULL,
    id       BIGINT NOT NULL,
    webhook  BIGINT NOT NULL,
    event    TEXT   NOT NULL,
    payload  TEXT   NOT NULL,
    made     TEXT   NOT NULL,
    state    TEXT   NOT NULL CHECK (state IN ('waiting', 'taken', 'given_up')),
    attempts BIGINT NOT NULL DEFAULT 0,
    again    TEXT,
    job      BIGINT NOT NULL,
    PRIMARY KEY (head, id)
);
CREATE INDEX webhook_message_by_webhook ON webhook_message (head, webhook, id);

-- How each attempt went: the status of the answer and how it begins, or why there was none.
CREATE TABLE webhook_attempt (
    head         BIGINT NOT NULL,
    message      BIGINT NOT NULL,
    number       BIGINT NOT NULL,
    at           TEXT   NOT NULL,
    milliseconds BIGINT NOT NULL,
    status       BIGINT,
    said         TEXT   NOT NULL,
    PRIMARY KEY (head, message, number)
);

-- Up to which change of a top organisation its webhooks were told of verdicts.
CREATE TABLE webhook_mark (
    head BIGINT PRIMARY KEY,
    seq  BIGINT NOT NULL
);

-- Feeds of which a top organisation was told that they fail.
CREATE TABLE feed_fault (
    head  BIGINT NOT NULL,
    feed  TEXT   NOT NULL,
    since TEXT   NOT NULL,
    PRIMARY KEY (head, feed)
);
