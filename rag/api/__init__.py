"""REST: the contract v1 over HTTP."""
