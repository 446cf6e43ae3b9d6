-- +goose Up
-- The catalogue reads what can be given by all organisations, the one that
-- changed last first.
CREATE INDEX achievement_open ON achievement (changed, org, number) WHERE state = 'published';

-- +goose Down
DROP INDEX achievement_open;
