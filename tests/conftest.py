"""What all tests share."""

import sys


def pytest_unconfigure() -> None:
    """Crawls in this process leave the reactor's threads behind, and Python waits for them at its end."""
    if "aggregator.reactor" in sys.modules:
        from aggregator.reactor import shut_down

        shut_down()
