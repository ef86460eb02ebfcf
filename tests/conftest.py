"""What all tests share."""

import os
import sys

from hypothesis import settings

# The same examples in every run, so that a change is judged by what it changed; `make fuzz` looks for new ones.
settings.register_profile("default", derandomize=True, deadline=None)
settings.register_profile("fuzz", derandomize=False, deadline=None, max_examples=2000)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "default"))


def pytest_unconfigure() -> None:
    """Crawls in this process leave the reactor's threads behind, and Python waits for them at its end."""
    if "aggregator.reactor" in sys.modules:
        from aggregator.reactor import shut_down

        shut_down()
