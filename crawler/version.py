"""Which Policytrail this is."""

from functools import lru_cache
from importlib.metadata import PackageNotFoundError, version


@lru_cache(maxsize=1)
def policytrail_version() -> str:
    """Return the version that is installed; "unknown" where the code runs without having been installed."""
    try:
        return version("policytrail")
    except PackageNotFoundError:
        return "unknown"
