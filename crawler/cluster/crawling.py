"""``python -m crawler.cluster.crawling …``: ``scrapy …`` in a process that does not outlive the one that started it.

The other end of its standard input is in that process's hands. When it closes, because that process wants it so, ended
or was killed, this one ends at once, with all that it started. The corpus is whole at any moment.
"""

import os
import signal
import sys
from threading import Thread

from scrapy.cmdline import execute


def _end_with_parent() -> None:
    while os.read(0, 1024):
        pass
    if hasattr(os, "killpg"):
        os.killpg(0, signal.SIGKILL)  # the group is its own: whoever starts it sees to that
    os._exit(1)


if __name__ == "__main__":
    Thread(target=_end_with_parent, daemon=True).start()
    execute(["scrapy", *sys.argv[1:]])
