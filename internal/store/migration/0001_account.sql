-- +goose Up
CREATE TABLE person (
	id       BYTEA    NOT NULL PRIMARY KEY,
	name     TEXT     NOT NULL,
	lang     TEXT     NOT NULL,
	operator BOOLEAN  NOT NULL,
	created  BIGINT   NOT NULL
) /*sqlite: STRICT, WITHOUT ROWID*/;

-- An address belongs to one person at most: who has proven it last.
CREATE TABLE address (
	email  TEXT    NOT NULL PRIMARY KEY,
	person BYTEA   NOT NULL REFERENCES person (id),
	main   BOOLEAN NOT NULL,
	proven BIGINT  NOT NULL
) /*sqlite: STRICT, WITHOUT ROWID*/;
CREATE INDEX address_person ON address (person);

CREATE TABLE session (
	hash    BYTEA  NOT NULL PRIMARY KEY,
	person  BYTEA  NOT NULL REFERENCES person (id),
	created BIGINT NOT NULL,
	seen    BIGINT NOT NULL,
	expires BIGINT NOT NULL,
	fresh   BIGINT NOT NULL,
	agent   TEXT   NOT NULL
) /*sqlite: STRICT, WITHOUT ROWID*/;
CREATE INDEX session_person ON session (person);
CREATE INDEX session_expires ON session (expires);

-- A link that was sent by mail: it proves that its reader has the address.
CREATE TABLE mail_link (
	hash    BYTEA  NOT NULL PRIMARY KEY,
	email   TEXT   NOT NULL,
	purpose TEXT   NOT NULL,
	person  BYTEA  REFERENCES person (id), -- who asked, for another address or a merge
	ask     BYTEA  NOT NULL UNIQUE,        -- hash of what the browser that asked has
	code    BYTEA  NOT NULL,               -- keyed hash of the digits to type there
	tries   INTEGER NOT NULL,              -- how many wrong ones were typed
	next    TEXT   NOT NULL,               -- where to go then, a path of ours
	lang    TEXT   NOT NULL,
	created BIGINT NOT NULL,
	expires BIGINT NOT NULL
) /*sqlite: STRICT, WITHOUT ROWID*/;
CREATE INDEX mail_link_expires ON mail_link (expires);
CREATE INDEX mail_link_person ON mail_link (person);

CREATE TABLE passkey (
	id      BYTEA  NOT NULL PRIMARY KEY,   -- the credential's own
	person  BYTEA  NOT NULL REFERENCES person (id),
	handle  BYTEA  NOT NULL,               -- whose it was when it was made: two accounts may have become one
	name    TEXT   NOT NULL,
	record  TEXT   NOT NULL,               -- JSON: public key, counter, flags
	created BIGINT NOT NULL,
	used    BIGINT NOT NULL
) /*sqlite: STRICT, WITHOUT ROWID*/;
CREATE INDEX passkey_person ON passkey (person);

CREATE TABLE recovery_code (
	hash   BYTEA NOT NULL PRIMARY KEY,
	person BYTEA NOT NULL REFERENCES person (id)
) /*sqlite: STRICT, WITHOUT ROWID*/;
CREATE INDEX recovery_code_person ON recovery_code (person);

-- What can be used once and was, until it would have expired anyway.
CREATE TABLE spent (
	hash    BYTEA  NOT NULL PRIMARY KEY,
	expires BIGINT NOT NULL
) /*sqlite: STRICT, WITHOUT ROWID*/;
CREATE INDEX spent_expires ON spent (expires);

-- How often something was done within a window of time, for all servers.
CREATE TABLE throttle (
	key   TEXT    NOT NULL PRIMARY KEY,
	since BIGINT  NOT NULL,
	count INTEGER NOT NULL
) /*sqlite: STRICT, WITHOUT ROWID*/;
CREATE INDEX throttle_since ON throttle (since);

-- +goose Down
DROP TABLE throttle; DROP TABLE spent; DROP TABLE recovery_code; DROP TABLE passkey; DROP TABLE mail_link; DROP TABLE session; DROP TABLE address; DROP TABLE person;
