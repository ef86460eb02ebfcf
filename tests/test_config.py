"""Settings: file < environment < option, each with its origin."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.config import Config, load_config
from aggregator.errors import UsageError


def origins(**kwargs: object) -> dict[str, str]:
    return {s.name: s.origin for s in load_config(**kwargs)[1]}  # type: ignore[arg-type]


def test_without_anything_the_defaults_hold(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    config, settings = load_config(environ={})
    assert config == Config()
    assert {s.origin for s in settings} == {"default"}


def test_the_environment_beats_the_file_and_an_option_beats_both(tmp_path: Path) -> None:
    file = tmp_path / "a.toml"
    file.write_text('db = "file.db"\ndelay = 2\nlimit = 7\n')
    environ = {"AGGREGATOR_DB": "env.db", "AGGREGATOR_DELAY": "3"}
    options = {"db": "option.db", "timeout": None}
    config, _ = load_config(file=file, environ=environ, options=options)
    assert (config.db, config.delay, config.limit, config.timeout) == ("option.db", 3.0, 7, 30.0)
    found = origins(file=file, environ=environ, options=options)
    assert found["db"] == "option"
    assert found["delay"] == "environment (AGGREGATOR_DELAY)"
    assert found["limit"] == str(file)
    assert found["timeout"] == "default"


def test_the_file_of_the_current_folder_is_read_unasked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "aggregator.toml").write_text('allow_net = ["127.0.0.0/8"]\npolicy = "mark"')
    config, _ = load_config(environ={})
    assert config.allow_net == ("127.0.0.0/8",)
    assert config.policy == "mark"


def test_networks_are_separated_by_commas_in_the_environment() -> None:
    assert load_config(environ={"AGGREGATOR_ALLOW_NET": "10.0.0.0/8,127.0.0.0/8"})[0].allow_net == (
        "10.0.0.0/8",
        "127.0.0.0/8",
    )


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("dealy = 1", "there is no setting 'dealy'"),
        ("delay = -1", "bad value -1 for 'delay'"),
        ("delay = nan", "bad value nan for 'delay'"),
        ('delay = "soon"', "bad value 'soon' for 'delay'"),
        ("limit = true", "it must be a number"),
        ("db = 3", "it must be text"),
        ('policy = "shrug"', "it must be one of obey, mark, ignore"),
        ("db = ", "not valid TOML"),
    ],
)
def test_a_bad_file_is_named_with_the_setting(tmp_path: Path, text: str, part: str) -> None:
    file = tmp_path / "bad.toml"
    file.write_text(text)
    with pytest.raises(UsageError) as error:
        load_config(file=file, environ={})
    assert part in str(error.value)
    assert "bad.toml" in str(error.value)


def test_a_file_that_was_asked_for_must_be_there(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no such settings file"):
        load_config(file=tmp_path / "none.toml", environ={})
    with pytest.raises(UsageError, match="no such settings file"):
        load_config(environ={"AGGREGATOR_CONFIG": str(tmp_path / "none.toml")})


def test_a_file_that_is_no_text_is_refused(tmp_path: Path) -> None:
    (tmp_path / "x.toml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(UsageError, match="cannot be read"):
        load_config(file=tmp_path / "x.toml", environ={})


@given(
    st.dictionaries(
        st.sampled_from(["AGGREGATOR_DELAY", "AGGREGATOR_LIMIT", "AGGREGATOR_POLICY"]), st.text(max_size=10)
    )
)
def test_any_environment_gives_settings_or_a_usage_error(environ: dict[str, str]) -> None:
    try:
        config, _ = load_config(environ=environ)
    except UsageError as error:
        assert "environment" in str(error)  # noqa: PT017
    else:
        assert config.delay >= 0
