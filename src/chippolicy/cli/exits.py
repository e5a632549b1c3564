"""Exit statuses, and the exceptions that lead to them."""

from __future__ import annotations

import click

FOUND = 1
"""Findings of severity error; a record that is not there; two things that differ."""
USAGE = 2
UNREADABLE = 3
"""An input cannot be read."""
FAULT = 70
"""A fault of ours."""
INTERRUPTED = 130


class UnreadableError(Exception):
    """An input that cannot be read; the message says which and why."""


class UnwritableError(click.ClickException):
    """An output that cannot be written; the message says which and why."""

    exit_code = USAGE
