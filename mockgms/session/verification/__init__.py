"""Verification: compares the exchanges of a session with what a test expects, and reports near misses."""
