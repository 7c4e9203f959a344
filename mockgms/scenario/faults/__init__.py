"""Faults: what can go wrong with an exchange, one small class each."""
