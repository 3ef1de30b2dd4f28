from __future__ import annotations

import pytest

from tinydwn.errors import ConfigError
from tinydwn.minimize import recipe


def test_an_unknown_effort_is_refused_with_the_known_ones():
    with pytest.raises(ConfigError) as caught:
        recipe("extreme")
    assert str(caught.value) == "unknown effort 'extreme'\n\nhint: choose one of fast, normal, high"
