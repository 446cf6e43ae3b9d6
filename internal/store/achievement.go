package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/ecusson/ecusson/internal/achievement"
	"github.com/ecusson/ecusson/internal/id"
)

// The columns of an achievement with its newest version; the latter's are NULL
// where nothing was published.
const (
	achievementColumns = `a.org, a.number, a.state, a.version, COALESCE(a.draft, ''), a.name, a.kind, a.awarded, a.created, a.changed,
		v.content, v.png, v.svg, v.alt, v.published, v.person`
	achievementFrom = ` FROM achievement a LEFT JOIN achievement_version v ON v.org = a.org AND v.achievement = a.number AND v.version = a.version`
)

func scanAchievement(s scanner) (achievement.Achievement, error) { return scanAchievementWith(s) }

// scanAchievementWith reads further columns after those of an achievement.
func scanAchievementWith(s scanner, more ...any) (achievement.Achievement, error) {
	var a achievement.Achievement
	var draft string
	var created, changed int64
	var content, png, svg, alt sql.NullString
	var published sql.NullInt64
	var by id.ID
	err := s.Scan(append([]any{&a.Org, &a.Number, &a.State, &a.Version, &draft, &a.Name, &a.Kind, &a.Awarded, &created, &changed,
		&content, &png, &svg, &alt, &published, &by}, more...)...)
	if err != nil {
		return a, err
	}
	a.Created, a.Changed = instant(created), instant(changed)
	if draft != "" {
		a.Draft = &achievement.Content{}
		if err := readContent(draft, a.Draft); err != nil {
			return a, err
		}
	}
	if content.Valid {
		a.Newest = &achievement.Version{
			Org: a.Org, Achievement: a.Number, Version: a.Version, PNG: png.String, SVG: svg.String, Alt: alt.String,
			Published: instant(published.Int64), By: by,
		}
		err = readContent(content.String, &a.Newest.Content)
	}
	return a, err
}

func readContent(text string, c *achievement.Content) error {
	if err := json.Unmarshal([]byte(text), c); err != nil {
		return fmt.Errorf("store: the content of an achievement is damaged: %w", err)
	}
	return nil
}

func writeContent(c *achievement.Content) (any, error) {
	if c == nil {
		return nil, nil
	}
	text, err := json.Marshal(c)
	return string(text), err
}

// Achievement reads one with its newest version.
func (t *Tx) Achievement(ctx context.Context, org, number id.Number) (achievement.Achievement, error) {
	return one(ctx, t, scanAchievement, "SELECT "+achievementColumns+achievementFrom+" WHERE a.org = $1 AND a.number = $2", org, number)
}

// LockAchievement locks the row first: a join can't be locked in PostgreSQL where
// a side may be missing.
func (t *Tx) LockAchievement(ctx context.Context, org, number id.Number) (achievement.Achievement, error) {
	if _, err := one(ctx, t, scan1[int], "SELECT version FROM achievement WHERE org = $1 AND number = $2"+t.c.lock(), org, number); err != nil {
		return achievement.Achievement{}, err
	}
	return t.Achievement(ctx, org, number)
}

// AddAchievement stores a new one; found is what it is found by.
func (t *Tx) AddAchievement(ctx context.Context, a achievement.Achievement, found string) error {
	draft, err := writeContent(a.Draft)
	if err != nil {
		return err
	}
	_, err = t.exec(ctx, `INSERT INTO achievement (org, number, state, version, draft, name, kind, found, awarded, created, changed)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 0, $9, $10)`,
		a.Org, a.Number, string(a.State), a.Version, draft, a.Name, a.Kind, found, micros(a.Created), micros(a.Changed))
	return err
}

// ChangeAchievement stores all but the counts and the beginning.
func (t *Tx) ChangeAchievement(ctx context.Context, a achievement.Achievement, found string) error {
	draft, err := writeContent(a.Draft)
	if err != nil {
		return err
	}
	return t.change(ctx, `UPDATE achievement SET state = $3, version = $4, draft = $5, name = $6, kind = $7, found = $8, changed = $9
		WHERE org = $1 AND number = $2`,
		a.Org, a.Number, string(a.State), a.Version, draft, a.Name, a.Kind, found, micros(a.Changed))
}

// DeleteAchievement removes one that has no version.
func (t *Tx) DeleteAchievement(ctx context.Context, org, number id.Number) error {
	return t.change(ctx, "DELETE FROM achievement WHERE org = $1 AND number = $2 AND version = 0", org, number)
}

// Achievements are those that pass a filter, the one that changed last first.
func (t *Tx) Achievements(ctx context.Context, org id.Number, f achievement.Filter, after achievement.Place, n int) ([]achievement.Achievement, error) {
	var where strings.Builder
	args := []any{org}
	and := func(condition string, values ...any) {
		where.WriteString(" AND ")
		for _, v := range values {
			args = append(args, v)
			condition = strings.Replace(condition, "?", fmt.Sprintf("$%d", len(args)), 1)
		}
		where.WriteString(condition)
	}
	for _, word := range f.Words {
		and("a.found LIKE ?", "% "+word+"%") // folded words hold no sign of LIKE
	}
	if f.State != "" {
		and("a.state = ?", string(f.State))
	}
	if f.Changed {
		and("a.version > 0 AND a.draft IS NOT NULL")
	}
	if !after.Changed.IsZero() {
		and("(a.changed < ? OR a.changed = ? AND a.number > ?)", micros(after.Changed), micros(after.Changed), after.Number)
	}
	return all(ctx, t, scanAchievement, "SELECT "+achievementColumns+achievementFrom+" WHERE a.org = $1"+where.String()+
		fmt.Sprintf(" ORDER BY a.changed DESC, a.number LIMIT %d", n), args...)
}

// OpenAchievements are those of the catalogue.
func (t *Tx) OpenAchievements(ctx context.Context, f achievement.OpenFilter, after achievement.OpenPlace, n int) ([]achievement.Open, error) {
	where := " WHERE a.state = 'published' AND o.status = 'active'"
	var args []any
	arg := func(v any) string {
		args = append(args, v)
		return fmt.Sprintf("$%d", len(args))
	}
	for _, word := range f.Words {
		where += " AND a.found LIKE " + arg("% "+word+"%") // folded words hold no sign of LIKE
	}
	if f.Kind != "" {
		where += " AND a.kind = " + arg(f.Kind)
	}
	if !after.Changed.IsZero() {
		where += " AND (a.changed, a.org, a.number) < (" + arg(micros(after.Changed)) + ", " + arg(after.Org) + ", " + arg(after.Number) + ")"
	}
	scan := func(s scanner) (achievement.Open, error) {
		var o achievement.Open
		var err error
		o.Achievement, err = scanAchievementWith(s, &o.Issuer, &o.Slug)
		return o, err
	}
	return all(ctx, t, scan, "SELECT "+achievementColumns+", o.name, o.slug"+achievementFrom+" JOIN organization o ON o.number = a.org"+where+
		fmt.Sprintf(" ORDER BY a.changed DESC, a.org DESC, a.number DESC LIMIT %d", n), args...)
}

const versionColumns = "org, achievement, version, content, png, svg, alt, published, person"

func scanVersion(s scanner) (achievement.Version, error) {
	var v achievement.Version
	var content string
	var published int64
	if err := s.Scan(&v.Org, &v.Achievement, &v.Version, &content, &v.PNG, &v.SVG, &v.Alt, &published, &v.By); err != nil {
		return v, err
	}
	v.Published = instant(published)
	return v, readContent(content, &v.Content)
}

// AddAchievementVersion stores a version. No statement changes one.
func (t *Tx) AddAchievementVersion(ctx context.Context, v achievement.Version) error {
	content, err := writeContent(&v.Content)
	if err != nil {
		return err
	}
	_, err = t.exec(ctx, "INSERT INTO achievement_version ("+versionColumns+") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
		v.Org, v.Achievement, v.Version, content, v.PNG, v.SVG, v.Alt, micros(v.Published), v.By)
	return err
}

// AchievementVersion reads a version.
func (t *Tx) AchievementVersion(ctx context.Context, org, number id.Number, version int) (achievement.Version, error) {
	return one(ctx, t, scanVersion, "SELECT "+versionColumns+" FROM achievement_version WHERE org = $1 AND achievement = $2 AND version = $3", org, number, version)
}

// AchievementVersions reads those below a number (0 for all), the newest first.
func (t *Tx) AchievementVersions(ctx context.Context, org, number id.Number, below, n int) ([]achievement.Version, error) {
	if below <= 0 {
		below = 1 << 30
	}
	return all(ctx, t, scanVersion, "SELECT "+versionColumns+" FROM achievement_version WHERE org = $1 AND achievement = $2 AND version < $3"+
		fmt.Sprintf(" ORDER BY version DESC LIMIT %d", n), org, number, below)
}

const fileColumns = "name, type, data, created"

func scanFile(s scanner) (achievement.File, error) {
	var f achievement.File
	var created int64
	err := s.Scan(&f.Name, &f.Type, &f.Data, &created)
	f.Created = instant(created)
	return f, err
}

// PutFile keeps a file, unless it is there.
func (t *Tx) PutFile(ctx context.Context, f achievement.File) error {
	_, err := t.exec(ctx, "INSERT INTO file ("+fileColumns+") VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING", f.Name, f.Type, f.Data, micros(f.Created))
	return err
}

// File reads a file.
func (t *Tx) File(ctx context.Context, name string) (achievement.File, error) {
	return one(ctx, t, scanFile, "SELECT "+fileColumns+" FROM file WHERE name = $1", name)
}
