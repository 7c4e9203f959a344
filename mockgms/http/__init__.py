"""Requests and replies as values, without sockets: routing, bodies, queries, CORS, access."""
