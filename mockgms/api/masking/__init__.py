"""Masking: hides phone numbers and secrets in what the admin API and the log show."""
