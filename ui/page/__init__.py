"""The page: its Gradio components, what happens when, and what page and browser tell each other."""
