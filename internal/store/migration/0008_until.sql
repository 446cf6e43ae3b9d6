-- +goose Up
-- Awards that end, by when: their holders are told before. Most awards hold for
-- ever and are not in it.
CREATE INDEX award_until ON award (until) WHERE until > 0;

-- +goose Down
DROP INDEX award_until;
