package award

// listTx is what lists ask of a transaction.
type listTx interface{}
