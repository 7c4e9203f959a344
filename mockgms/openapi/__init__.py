"""The generator of the documentation. `scripts/generate` runs it; the server never imports it."""
