"""Library: documents are added, replaced, edited and removed while questions are answered."""
