-- +goose Up
CREATE TABLE achievement (
	org     INTEGER NOT NULL REFERENCES organization (number),
	number  INTEGER NOT NULL,
	state   TEXT    NOT NULL,
	version INTEGER NOT NULL,
	draft   TEXT,             -- JSON of the content to come
	name    TEXT    NOT NULL, -- of the newest content, as kind
	kind    TEXT    NOT NULL,
	found   TEXT    NOT NULL, -- what it is found by: folded words, each after a space
	awarded BIGINT  NOT NULL,
	created BIGINT  NOT NULL,
	changed BIGINT  NOT NULL,
	PRIMARY KEY (org, number)
) /*sqlite: STRICT, WITHOUT ROWID*/;
CREATE INDEX achievement_changed ON achievement (org, changed, number);

-- What was published. Rows are added, and none is ever changed.
CREATE TABLE achievement_version (
	org         INTEGER NOT NULL,
	achievement INTEGER NOT NULL,
	version     INTEGER NOT NULL,
	content     TEXT    NOT NULL, -- JSON
	png         TEXT    NOT NULL,
	svg         TEXT    NOT NULL,
	alt         TEXT    NOT NULL,
	published   BIGINT  NOT NULL,
	person      BYTEA   NOT NULL,
	PRIMARY KEY (org, achievement, version),
	FOREIGN KEY (org, achievement) REFERENCES achievement (org, number)
) /*sqlite: STRICT, WITHOUT ROWID*/;

-- Files by the hash of their bytes: pictures of badges, logos, lists.
CREATE TABLE file (
	name    TEXT   NOT NULL PRIMARY KEY, -- SHA-256 in hex, and an extension
	type    TEXT   NOT NULL,
	data    BYTEA  NOT NULL,
	created BIGINT NOT NULL
) /*sqlite: STRICT*/;

-- +goose Down
DROP TABLE file; DROP TABLE achievement_version; DROP TABLE achievement;
