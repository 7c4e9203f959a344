"""A local mock of the Genesys callback API (GMS v1 and v2, GES v3) over one slot calendar."""

__version__ = "0.2.0"
