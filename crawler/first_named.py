"""What goes wrong a hundred thousand times: the first are named on standard error, the others logged at DEBUG."""

import logging
import sys

from crawler.visible import visible

logger = logging.getLogger(__name__)

NAMED = 20
"""Things that are printed: a screen of them. The commands count all by reason."""


class FirstNamed:
    """Names the first things on standard error, a line for each, and at the end how many there are beside these."""

    def __init__(self) -> None:
        self.number = 0

    def name(self, line: str) -> None:
        """Print a line, or log it at DEBUG."""
        self.number += 1
        if self.number <= NAMED:
            print(visible(line), file=sys.stderr)
        else:
            logger.debug("%s", visible(line))

    def end(self) -> None:
        """Print how many lines were only logged, if any were."""
        if self.number > NAMED:
            more = f"And {self.number - NAMED:,} more, which -s LOG_LEVEL=DEBUG names."
            print(more, file=sys.stderr)
