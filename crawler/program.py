"""What a user types to run a command: whatever a message names has to work where it is read."""

import sys

INSTALLED = "policytrail"
"""The command of the installed package. It sets ``sys.argv[0]`` to this."""


def name() -> str:
    """Return what a command begins with: ``policytrail``, or ``scrapy`` where somebody runs Scrapy itself."""
    return INSTALLED if is_installed() else "scrapy"


def serve(corpus: str = "") -> str:
    """Return the command that shows a corpus in a browser: the one that there is, or the one at a path."""
    if is_installed():
        return f"{INSTALLED} serve {corpus}".strip()
    return f"make serve CORPUS={corpus}" if corpus else "make serve"


def install(extra: str) -> str:
    """Return the command that installs an extra."""
    return f"pip install '{INSTALLED if is_installed() else '.'}[{extra}]'"


def is_installed() -> bool:
    """Tell whether the command of the installed package runs."""
    return sys.argv[:1] == [INSTALLED]
