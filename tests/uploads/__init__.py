"""Files that people send: a corpus made in code, the wallet, the pieces of a proposal."""
