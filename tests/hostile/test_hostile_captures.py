"""Each scenario of a hostile archive's captures ends in time, in memory and with its sentence, and does no harm."""

import asyncio

import captures  # noqa: F401 - registers scenarios
import large_pages  # noqa: F401 - likewise
import listings  # noqa: F401 - likewise
import pytest
from archive import SCENARIOS


@pytest.fixture(scope="module")
def alone(tmp_path_factory):
    return asyncio.run(SCENARIOS.alone(tmp_path_factory.mktemp("alone")))


@pytest.mark.slow
@pytest.mark.parametrize("name", SCENARIOS.captures)
async def test_it_ends_as_it_must_and_a_good_policy_beside_it_comes_out_as_alone(name, tmp_path, alone):
    await SCENARIOS.check(name, tmp_path, alone)
