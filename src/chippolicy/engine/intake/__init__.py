"""Intake: from the paths a person names to tables of CSV text, whatever the format."""
