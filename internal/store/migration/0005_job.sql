-- +goose Up
CREATE TABLE job (
	id       BYTEA   NOT NULL PRIMARY KEY,
	kind     TEXT    NOT NULL,
	key      TEXT,             -- NULL, or its own among the waiting ones of its kind
	payload  BYTEA   NOT NULL,
	due      BIGINT  NOT NULL, -- or until when it is leased
	owner    TEXT    NOT NULL, -- who leases it, "" for nobody
	attempts INTEGER NOT NULL,
	fault    TEXT    NOT NULL
) /*sqlite: STRICT, WITHOUT ROWID*/;
CREATE INDEX job_due ON job (due);
CREATE UNIQUE INDEX job_key ON job (kind, key);

-- A mail that waits to be sent. Its row goes when a mail server took it.
CREATE TABLE mail (
	id       BYTEA    NOT NULL PRIMARY KEY,
	kind     TEXT     NOT NULL,
	org      INTEGER  NOT NULL, -- 0 where it concerns no award
	award    BYTEA,
	address  TEXT     NOT NULL,
	lang     TEXT     NOT NULL,
	facts    TEXT     NOT NULL, -- JSON, of the kind's own making; "" for what the award says
	due      BIGINT   NOT NULL, -- or until when it is in hand
	owner    TEXT     NOT NULL, -- in whose hand it is, "" for nobody's
	attempts SMALLINT NOT NULL,
	doubt    SMALLINT NOT NULL  -- 1 on its way to a mail server, 2 it may have been there before
) /*sqlite: STRICT, WITHOUT ROWID*/;
CREATE INDEX mail_due ON mail (due);

-- +goose Down
DROP TABLE mail; DROP TABLE job;
