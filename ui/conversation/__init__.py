"""One visitor's conversation: its model, its copy in the browser, its file, and feedback."""
