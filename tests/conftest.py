"""Hypothesis profiles: `default`; `ci` for the gate; `thorough` for a long search.

Choose one with HYPOTHESIS_PROFILE.
"""

from __future__ import annotations

import os

from hypothesis import HealthCheck, settings

# No deadline: a busy machine is no fault of the code.
settings.register_profile("default", deadline=None)
# The gate draws the same examples every time: what was green yesterday is green today.
settings.register_profile("ci", deadline=None, derandomize=True)
settings.register_profile(
    "thorough",
    deadline=None,
    max_examples=1_000,
    print_blob=True,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "default"))
