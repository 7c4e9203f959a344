"""What is printed for people: text on one line, and the log."""
