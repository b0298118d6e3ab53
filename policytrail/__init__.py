"""The package that users install: it makes the modules of the Scrapy project importable, wherever it runs.

In a clone the project's folders lie beside this package. Packages called ``output`` or ``pipelines`` have no business
among those of an environment, so a wheel has them in a folder of this package. Where Python starts without the command,
as on the workers of a cluster, ``import policytrail`` does the same: ``dask worker … --preload policytrail``.
"""

import os
import sys
from pathlib import Path

_IN_A_WHEEL = Path(__file__).with_name("_project")
PROJECT = _IN_A_WHEEL if _IN_A_WHEEL.is_dir() else Path(__file__).parents[1]
"""The folder that has ``crawler``, ``pipelines`` and ``output``."""

if str(PROJECT) not in sys.path:
    sys.path.insert(0, str(PROJECT))  # before the user's folder, which may have an output/ of its own
if PROJECT == _IN_A_WHEEL and str(PROJECT) not in os.environ.get("PYTHONPATH", "").split(os.pathsep):
    # For the processes that this one starts; the server that forks workers imports ours before it is told of sys.path.
    os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, [str(PROJECT), os.environ.get("PYTHONPATH")]))
