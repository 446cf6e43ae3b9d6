-- +goose Up
-- A run of awards: a list that was brought, or a few given by hand.
CREATE TABLE batch (
	org         INTEGER NOT NULL REFERENCES organization (number),
	number      INTEGER NOT NULL,
	name        TEXT    NOT NULL,
	state       TEXT    NOT NULL, -- draft, waiting, running, stopped, done, failed
	file        TEXT    NOT NULL, -- of the list, "" for none
	plan        TEXT    NOT NULL, -- JSON: columns, corrections, badge of the whole list, choices
	rows        INTEGER NOT NULL, -- that will be or were awarded
	line        INTEGER NOT NULL, -- of the list, up to which all is done
	awarded     INTEGER NOT NULL,
	skipped     INTEGER NOT NULL,
	refused     INTEGER NOT NULL, -- rows with problems
	fault       TEXT    NOT NULL, -- message key of why it failed, JSON with facts
	person      BYTEA   NOT NULL,
	created     BIGINT  NOT NULL,
	started     BIGINT  NOT NULL,
	finished    BIGINT  NOT NULL,
	PRIMARY KEY (org, number)
) /*sqlite: STRICT, WITHOUT ROWID*/;
CREATE INDEX batch_created ON batch (org, created);

-- What awards of one badge version, issuer, key and shape have in common: with
-- it the exact signed bytes of each are put together again.
CREATE TABLE frame (
	org         INTEGER NOT NULL,
	number      INTEGER NOT NULL,
	achievement INTEGER NOT NULL,
	version     INTEGER NOT NULL,
	lang        TEXT    NOT NULL,
	hash        BYTEA   NOT NULL, -- of body, to find a frame that is there
	body        BYTEA   NOT NULL,
	PRIMARY KEY (org, number)
) /*sqlite: STRICT*/;
CREATE UNIQUE INDEX frame_hash ON frame (org, hash);

CREATE TABLE award (
	org         INTEGER  NOT NULL,
	id          BYTEA    NOT NULL,
	achievement INTEGER  NOT NULL,
	frame       INTEGER  NOT NULL, -- 0 for history that was not signed here
	batch       INTEGER  NOT NULL,
	list        INTEGER  NOT NULL, -- status list, and place in it
	place       INTEGER  NOT NULL,
	state       SMALLINT NOT NULL,
	mail        SMALLINT NOT NULL,
	answer      SMALLINT NOT NULL, -- of the holder
	visible     SMALLINT NOT NULL,
	issued      BIGINT   NOT NULL,
	until       BIGINT   NOT NULL, -- 0 for ever
	mailbox     BIGINT   NOT NULL, -- keyed hash of address, to find it by
	address     TEXT     NOT NULL, -- "" once erased, as name
	name        TEXT     NOT NULL,
	document    BYTEA    NOT NULL,
	PRIMARY KEY (org, id)
) /*sqlite: STRICT, WITHOUT ROWID*/;
CREATE INDEX award_achievement ON award (org, achievement, id);
CREATE INDEX award_mailbox ON award (mailbox);

-- What happened to an award after it was given: revoked, suspended, corrected,
-- refused by a mail server…
CREATE TABLE award_event (
	org    INTEGER NOT NULL,
	award  BYTEA   NOT NULL,
	id     BYTEA   NOT NULL,
	kind   TEXT    NOT NULL,
	person BYTEA,
	reason TEXT    NOT NULL,
	other  BYTEA,             -- the award that replaces this one, or is replaced
	PRIMARY KEY (org, award, id)
) /*sqlite: STRICT, WITHOUT ROWID*/;

CREATE TABLE status_list (
	org   INTEGER NOT NULL,
	list  INTEGER NOT NULL, -- 1, 2, …
	base  TEXT    NOT NULL, -- address of the site when it was begun, which stays in badges
	taken INTEGER NOT NULL, -- how many places were given out
	seed  BYTEA   NOT NULL, -- orders the places
	PRIMARY KEY (org, list)
) /*sqlite: STRICT, WITHOUT ROWID*/;

-- The places of a list that are set.
CREATE TABLE status_bit (
	org     INTEGER  NOT NULL,
	list    INTEGER  NOT NULL,
	purpose SMALLINT NOT NULL,
	place   INTEGER  NOT NULL,
	PRIMARY KEY (org, list, purpose, place)
) /*sqlite: STRICT, WITHOUT ROWID*/;

-- The lists as they are served.
CREATE TABLE status_document (
	org      INTEGER  NOT NULL,
	list     INTEGER  NOT NULL,
	purpose  SMALLINT NOT NULL,
	document BYTEA    NOT NULL,
	signed   BIGINT   NOT NULL,
	until    BIGINT   NOT NULL,
	PRIMARY KEY (org, list, purpose)
) /*sqlite: STRICT*/;
CREATE INDEX status_document_until ON status_document (until);

-- How many, by day: nobody counts rows for a page. achievement and batch are 0
-- for all of the organisation.
CREATE TABLE tally (
	org         INTEGER  NOT NULL,
	achievement INTEGER  NOT NULL,
	batch       INTEGER  NOT NULL,
	day         INTEGER  NOT NULL, -- since 1970, in UTC
	what        SMALLINT NOT NULL,
	count       BIGINT   NOT NULL,
	PRIMARY KEY (org, achievement, batch, day, what)
) /*sqlite: STRICT, WITHOUT ROWID*/;

-- +goose Down
DROP TABLE tally; DROP TABLE status_document; DROP TABLE status_bit; DROP TABLE status_list; DROP TABLE award_event; DROP TABLE award; DROP TABLE frame; DROP TABLE batch;
