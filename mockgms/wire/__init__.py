"""How the API looks on the wire: requests in, replies out, no web framework."""
