"""A pipeline that turns entertainment-news web pages into a clean, deduplicated, correctly dated SQLite file.

    from aggregator import clean_text, extract, parse_date, process

The names are loaded when they are first used, so that the command line starts quickly.
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .api import clean_text, extract, parse_date, process
    from .errors import NotAnArticle
    from .models import Article, Rejection

__version__ = "0.1.0"
__all__ = ["Article", "NotAnArticle", "Rejection", "__version__", "clean_text", "extract", "parse_date", "process"]

_HOMES = {"Article": "models", "Rejection": "models", "NotAnArticle": "errors"}


def __getattr__(name: str) -> Any:
    """Load a public name on first use (PEP 562)."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    value = getattr(import_module(f"{__name__}.{_HOMES.get(name, 'api')}"), name)
    globals()[name] = value
    return value
