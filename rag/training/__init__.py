"""Training the reader: data recipe, training and export; not needed to use it."""
