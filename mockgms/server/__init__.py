"""Sockets and HTTP/1.1: connections with their limits, TLS, signals, and how the server stops."""
