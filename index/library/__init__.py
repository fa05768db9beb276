"""Library: the documents that people added, kept with their files beside those of the corpus folder."""
