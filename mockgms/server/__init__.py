"""Sockets and HTTP/1.1: connections with limits, TLS, signals, and a clean stop."""
