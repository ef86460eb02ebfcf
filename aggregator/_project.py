"""Where the parts live that a checkout keeps beside this package and a wheel inside it.

In a checkout `spiders/`, `pipelines/` and `data/` stand at the top level; the wheel carries them as `aggregator.spiders`,
`aggregator.pipelines` and `aggregator/data`, so that nothing generic reaches site-packages.
"""

from functools import cache
from importlib.resources import files
from importlib.util import find_spec
from json import loads as loads_json
from tomllib import loads
from typing import Any, Final

_IN_WHEEL: Final = find_spec("aggregator.spiders") is not None
_PREFIX: Final = "aggregator." if _IN_WHEEL else ""

SPIDERS: Final = _PREFIX + "spiders"
PIPELINES: Final = _PREFIX + "pipelines"


def read_data(name: str) -> str:
    """The text of a table that ships with the package, such as `boilerplate.toml`."""
    root = files("aggregator") if _IN_WHEEL else files("aggregator") / ".."
    return (root / "data" / name).read_text(encoding="utf-8")


@cache
def load_table(name: str) -> dict[str, Any]:
    """A TOML table that ships with the package, parsed once. The caller must not change it."""
    return loads(read_data(name))


@cache
def load_json(name: str) -> dict[str, Any]:
    """A JSON table that ships with the package, parsed once. The caller must not change it."""
    table: dict[str, Any] = loads_json(read_data(name))
    return table
