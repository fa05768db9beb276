"""What a document says of itself, and how well it was read: for whoever adds it to look over."""
