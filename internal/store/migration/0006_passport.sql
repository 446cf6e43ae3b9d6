-- +goose Up
-- The page of a person, where they made one.
CREATE TABLE passport (
	person  BYTEA   NOT NULL PRIMARY KEY REFERENCES person (id),
	slug    TEXT    NOT NULL UNIQUE,
	name    TEXT    NOT NULL,
	about   TEXT    NOT NULL,
	link    TEXT    NOT NULL,
	open    BOOLEAN NOT NULL, -- anybody may see it
	found   BOOLEAN NOT NULL, -- search engines may
	created BIGINT  NOT NULL,
	changed BIGINT  NOT NULL
) /*sqlite: STRICT, WITHOUT ROWID*/;

-- What a person notes of a badge of theirs: badge is its name in their passport.
CREATE TABLE passport_note (
	person BYTEA  NOT NULL REFERENCES person (id),
	badge  TEXT   NOT NULL,
	note   TEXT   NOT NULL,
	place  BIGINT NOT NULL, -- larger comes first; 0 for where its date puts it
	PRIMARY KEY (person, badge)
) /*sqlite: STRICT, WITHOUT ROWID*/;

-- Badges from elsewhere, as they were brought, and what was found when they were
-- verified.
CREATE TABLE passport_import (
	person  BYTEA    NOT NULL REFERENCES person (id),
	id      BYTEA    NOT NULL,
	digest  BYTEA    NOT NULL, -- SHA-256 of data
	format  TEXT     NOT NULL,
	data    BYTEA    NOT NULL,
	source  TEXT     NOT NULL, -- the address that it came from, "" for a file
	name    TEXT     NOT NULL,
	about   TEXT     NOT NULL,
	issuer  TEXT     NOT NULL,
	image   TEXT     NOT NULL, -- of the stored file
	address TEXT     NOT NULL, -- of the person, that it names; "" for none
	named   TEXT     NOT NULL, -- address that can be read in it; "" for none
	verdict TEXT     NOT NULL,
	reason  TEXT     NOT NULL, -- code of the check that decided
	checks  TEXT     NOT NULL, -- JSON
	checked BIGINT   NOT NULL,
	issued  BIGINT   NOT NULL,
	until   BIGINT   NOT NULL,
	visible SMALLINT NOT NULL,
	PRIMARY KEY (person, id)
) /*sqlite: STRICT*/;
CREATE UNIQUE INDEX passport_import_digest ON passport_import (person, digest);
CREATE UNIQUE INDEX passport_import_id ON passport_import (id);

CREATE TABLE collection (
	person  BYTEA    NOT NULL REFERENCES person (id),
	number  INTEGER  NOT NULL,
	token   TEXT     NOT NULL, -- of its page
	name    TEXT     NOT NULL,
	about   TEXT     NOT NULL,
	visible SMALLINT NOT NULL,
	changed BIGINT   NOT NULL,
	PRIMARY KEY (person, number)
) /*sqlite: STRICT, WITHOUT ROWID*/;
CREATE UNIQUE INDEX collection_token ON collection (token);

CREATE TABLE collected (
	person     BYTEA   NOT NULL,
	collection INTEGER NOT NULL,
	badge      TEXT    NOT NULL,
	place      INTEGER NOT NULL, -- smaller comes first
	PRIMARY KEY (person, collection, badge),
	FOREIGN KEY (person, collection) REFERENCES collection (person, number)
) /*sqlite: STRICT, WITHOUT ROWID*/;

-- +goose Down
DROP TABLE collected; DROP TABLE collection; DROP TABLE passport_import; DROP TABLE passport_note; DROP TABLE passport;
