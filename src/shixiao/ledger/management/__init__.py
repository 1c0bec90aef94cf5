"""Commands of the ledger's room."""
