"""HTTP without sockets: requests and replies as values, routing, bodies, query parameters, CORS and access."""
