"""The callback service itself: no HTTP, no IO, and the time is passed in."""
