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
	created     BIGINT  NOT NULL,
	changed     BIGINT  NOT NULL
) /*sqlite: STRICT*/;

CREATE TABLE member (
	org     INTEGER  NOT NULL REFERENCES organization (number),
	person  BYTEA    NOT NULL REFERENCES person (id),
	role    SMALLINT NOT NULL,
	created BIGINT   NOT NULL,
	PRIMARY KEY (org, person)
) /*sqlite: STRICT, WITHOUT ROWID*/;
CREATE INDEX member_person ON member (person);

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
	checked BIGINT  NOT NULL,
	failed  BIGINT  NOT NULL,
	PRIMARY KEY (org, name)
) /*sqlite: STRICT, WITHOUT ROWID*/;

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

CREATE TABLE setting (
	key     TEXT   NOT NULL PRIMARY KEY,
	value   TEXT   NOT NULL,
	changed BIGINT NOT NULL
) /*sqlite: STRICT, WITHOUT ROWID*/;

-- +goose Down
DROP TABLE setting; DROP TABLE audit; DROP TABLE domain; DROP TABLE signing_key; DROP TABLE member; DROP TABLE organization;
