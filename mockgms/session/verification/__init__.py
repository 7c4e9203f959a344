"""Verification: whether the exchanges of a session were those that a test expects, and what came closest if not."""
