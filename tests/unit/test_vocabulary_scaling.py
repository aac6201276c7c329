"""Numbers as whole counts of resolution steps: the fast way is the exact way."""

from decimal import ROUND_HALF_EVEN, Decimal

from hypothesis import example, given
from hypothesis import strategies as st

from neurobalance_expert.vocabulary import SlotType

RESOLUTIONS = st.sampled_from([Decimal("1"), Decimal("0.1"), Decimal("0.01"), Decimal("0.001"), Decimal("0.000001"), Decimal("5")])


@given(st.floats(-1e15, 1e15) | st.integers(-(10**15), 10**15) | st.decimals(-(10**9), 10**9, places=7), RESOLUTIONS)
@example(0.0125, Decimal("0.001"))
@example(0.5, Decimal("1"))
@example(2.5, Decimal("5"))
@example(999999999999.5, Decimal("1"))
def test_scaling_is_decimal_half_to_even(value: float | int | Decimal, resolution: Decimal) -> None:
    """Also at ties, where floats alone would decide by their last bit."""
    exact = (Decimal(str(value)) / resolution).to_integral_value(ROUND_HALF_EVEN)

    assert SlotType("x", "number", resolution=resolution).scaled(value) == exact
