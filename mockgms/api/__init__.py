"""What can be called: GMS, GES and the admin API, and how one request becomes one reply."""
