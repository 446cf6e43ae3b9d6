-- +goose Up
-- Why a mail is not out yet, or never went out: for who runs the site. Rows go
-- when the mail goes out, or after a while.
CREATE TABLE mail_fault (
	id      BYTEA   NOT NULL PRIMARY KEY, -- the mail's
	kind    TEXT    NOT NULL,
	org     INTEGER NOT NULL,
	award   BYTEA,
	address TEXT    NOT NULL,
	lang    TEXT    NOT NULL,
	facts   TEXT    NOT NULL,
	text    TEXT    NOT NULL, -- what the mail server said
	at      BIGINT  NOT NULL,
	over    BOOLEAN NOT NULL  -- it is not tried any more
) /*sqlite: STRICT, WITHOUT ROWID*/;
CREATE INDEX mail_fault_at ON mail_fault (at);

-- +goose Down
DROP TABLE mail_fault;
