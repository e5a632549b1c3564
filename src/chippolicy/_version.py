"""The version of the code, as a literal: reading it from metadata would cost half a start-up."""

__version__ = "0.1.0"
