"""The scenario file format, and how scenario files become scenarios."""
