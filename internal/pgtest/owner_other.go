//go:build !unix

package pgtest

import "syscall"

// account is who runs a private server. It takes a Unix; elsewhere
// ECUSSON_TEST_POSTGRES names a server.
type account struct{ temp string }

func owner() (account, error) { return account{}, errAbsent }

func (account) give(string) error { return nil }

func (account) process() *syscall.SysProcAttr { return nil }
