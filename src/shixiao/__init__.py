"""实效 (Shixiao): performance targets that prove themselves."""

__version__ = "0.1.0"
