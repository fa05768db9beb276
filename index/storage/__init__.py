"""Storage: an index built from documents, kept on disk as numbered generations."""
