"""The lowest floor: documents become searchable passages."""
