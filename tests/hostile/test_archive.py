"""Every scenario of the hostile archive: it ends in time, in memory and with its sentence, and does no harm."""

import captures  # noqa: F401 - registers scenarios
import large_pages  # noqa: F401 - likewise
import listings  # noqa: F401 - likewise
import pytest
from archive import SCENARIOS


@pytest.mark.slow
@pytest.mark.parametrize("name", SCENARIOS.expected)
async def test_it_ends_as_it_must_and_a_good_policy_beside_it_comes_out_as_alone(name, tmp_path):
    await SCENARIOS.check(name, tmp_path)
