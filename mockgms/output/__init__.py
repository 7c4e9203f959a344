"""Output for people: printable text, and the log."""
