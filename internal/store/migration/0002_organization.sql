-- +goose Up
CREATE TABLE organization (
	number      INTEGER NOT NULL PRIMARY KEY,
	slug        TEXT    NOT NULL UNIQUE,
	name        TEXT    NOT NULL,
	kind        TEXT    NOT NULL,
	description TEXT    NOT NULL,
	site        TEXT    NOT NULL,
	email       TEXT    NOT NULL,
	locality    TEXT    NOT NULL,
	region      TEXT    NOT NULL,
	country     TEXT    NOT NULL,
	latitude    DOUBLE PRECISION NOT NULL,
	longitude   DOUBLE PRECISION NOT NULL,
	logo        TEXT    NOT NULL,
	lang        TEXT    NOT NULL,
	colour      TEXT    NOT NULL,
	hide_names  BOOLEAN NOT NULL,
	status      TEXT    NOT NULL,
	reason      TEXT    NOT NULL,
	likeness    TEXT    NOT NULL, -- JSON: names that it could be taken for, "" for none or seen
	folded      TEXT    NOT NULL, -- the name in plain small letters, to search and compare
	created     BIGINT  NOT NULL,
	changed     BIGINT  NOT NULL
) /*sqlite: STRICT*/;
CREATE INDEX organization_created ON organization (created, number);
CREATE INDEX organization_status ON organization (status, created, number);

CREATE TABLE member (
	org     INTEGER  NOT NULL REFERENCES organization (number),
	person  BYTEA    NOT NULL REFERENCES person (id),
	role    SMALLINT NOT NULL,
	created BIGINT   NOT NULL,
	PRIMARY KEY (org, person)
) /*sqlite: STRICT, WITHOUT ROWID*/;
CREATE INDEX member_person ON member (person);

-- A member to be: a link went to the address, whose hash is here.
CREATE TABLE invitation (
	org     INTEGER  NOT NULL REFERENCES organization (number),
	email   TEXT     NOT NULL,
	role    SMALLINT NOT NULL,
	hash    BYTEA    NOT NULL UNIQUE,
	person  BYTEA    NOT NULL, -- who invites
	created BIGINT   NOT NULL,
	expires BIGINT   NOT NULL,
	PRIMARY KEY (org, email)
) /*sqlite: STRICT, WITHOUT ROWID*/;
CREATE INDEX invitation_expires ON invitation (expires);

CREATE TABLE signing_key (
	org         INTEGER NOT NULL REFERENCES organization (number),
	number      INTEGER NOT NULL,
	public      TEXT    NOT NULL,
	sealed      BYTEA   NOT NULL,
	created     BIGINT  NOT NULL,
	retired     BIGINT  NOT NULL,
	compromised BIGINT  NOT NULL,
	PRIMARY KEY (org, number)
) /*sqlite: STRICT, WITHOUT ROWID*/;

CREATE TABLE domain (
	org     INTEGER NOT NULL REFERENCES organization (number),
	name    TEXT    NOT NULL,
	token   TEXT    NOT NULL,
	method  TEXT    NOT NULL,
	proven  BIGINT  NOT NULL,
	checked BIGINT   NOT NULL,
	missed  SMALLINT NOT NULL, -- daily checks in a row without a proof
	failed  BIGINT   NOT NULL,
	PRIMARY KEY (org, name)
) /*sqlite: STRICT, WITHOUT ROWID*/;
CREATE INDEX domain_checked ON domain (checked);

-- Who did what, never changed.
CREATE TABLE audit (
	org    INTEGER NOT NULL, -- 0 for what concerns the site
	id     BYTEA   NOT NULL,
	person BYTEA,
	action TEXT    NOT NULL,
	target TEXT    NOT NULL,
	detail TEXT    NOT NULL,
	PRIMARY KEY (org, id)
) /*sqlite: STRICT, WITHOUT ROWID*/;

-- What somebody told the operator of the site.
CREATE TABLE report (
	id      BYTEA  NOT NULL PRIMARY KEY,
	state   TEXT   NOT NULL, -- open, closed
	text    TEXT   NOT NULL,
	page    TEXT   NOT NULL, -- which page it is about, or ""
	email   TEXT   NOT NULL, -- for an answer; "" for none, or once it was forgotten
	lang    TEXT   NOT NULL,
	answer  TEXT   NOT NULL,
	person  BYTEA,           -- who answered
	changed BIGINT NOT NULL
) /*sqlite: STRICT, WITHOUT ROWID*/;
CREATE INDEX report_state ON report (state, id);

CREATE TABLE setting (
	key     TEXT   NOT NULL PRIMARY KEY,
	value   TEXT   NOT NULL,
	changed BIGINT NOT NULL
) /*sqlite: STRICT, WITHOUT ROWID*/;

-- +goose Down
DROP TABLE setting; DROP TABLE report; DROP TABLE audit; DROP TABLE domain; DROP TABLE signing_key; DROP TABLE invitation; DROP TABLE member; DROP TABLE organization;
