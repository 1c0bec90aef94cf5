"""The verifier over a large bundle (`publication`)."""

from publication import verified as measure

__all__ = ["measure"]
