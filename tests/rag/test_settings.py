"""Settings: where they come from, which are refused, and what is never shown."""

from pathlib import Path

import pytest

import index
from rag.errors import SettingsError
from rag.settings import MAX_PORT, PREFIX, Settings
from rag.types import Mode


def refusal(environ: dict[str, str], flags: dict[str, object] | None = None) -> str:
    with pytest.raises(SettingsError) as caught:
        Settings.load(environ, flags)
    return str(caught.value)


@pytest.fixture
def config(tmp_path: Path):
    """Write a TOML file and return the environment that names it."""

    def write(text: str) -> dict[str, str]:
        path = tmp_path / "settings.toml"
        path.write_text(text, "utf-8")
        return {"REPORT_RAG_CONFIG": str(path)}

    return write


def test_without_any_setting_the_documented_defaults_hold() -> None:
    settings = Settings.load({})
    assert (settings.host, settings.port, settings.mode) == ("127.0.0.1", 7860, Mode.EXTRACTIVE)
    assert settings.corpus == Path(index.__file__).parent.parent / "corpus"
    assert settings.data.name == "report-rag"
    assert settings.encoder is settings.llm_base_url is settings.llm_api_key is settings.llm_model is None
    assert settings.allow_downloads is False


def test_flags_win_over_environment_over_file(config) -> None:
    file = config('PORT = 1001\nHOST = "file"\nENCODER = "file"\n')
    environ = file | {"REPORT_RAG_PORT": "1002", "REPORT_RAG_HOST": "environ"}
    settings = Settings.load(environ, {"port": 1003, "host": None})
    assert (settings.port, settings.host, settings.encoder) == (1003, "environ", "file")


@pytest.mark.parametrize("key", ["PORT", "port", "REPORT_RAG_PORT"])
def test_the_file_has_the_keys_of_the_environment_with_or_without_prefix(config, key: str) -> None:
    assert Settings.load(config(f"{key} = 1234")).port == 1234


def test_a_relative_path_in_the_file_is_relative_to_the_file(config, tmp_path: Path) -> None:
    assert Settings.load(config('DATA = "here"')).data == tmp_path / "here"


def test_an_empty_value_counts_as_unset(config) -> None:
    assert (
        Settings.load(config('PORT = 9\nDATA = ""') | {"REPORT_RAG_PORT": "", "REPORT_RAG_CORPUS": ""}).port
        == 9
    )


def test_variables_of_other_programs_are_ignored() -> None:
    assert Settings.load({"PATH": "/bin", "REPORT": "x", "PORT": "1"}) == Settings.load({})


@pytest.mark.parametrize(
    ("wrong", "right"), [("PROT", "PORT"), ("ENCODERS", "ENCODER"), ("LLM_APIKEY", "LLM_API_KEY")]
)
def test_an_unknown_key_is_refused_with_the_nearest_name(config, wrong: str, right: str) -> None:
    for message in (refusal({PREFIX + wrong: "hush"}), refusal(config(f'{wrong} = "hush"'))):
        assert wrong in message
        assert PREFIX + right in message
        assert "hush" not in message


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("PORT", "-1"),
        ("PORT", str(MAX_PORT + 1)),
        ("PORT", "80.5"),
        ("PORT", "http"),
        ("MODE", "abstractive"),
        ("ALLOW_DOWNLOADS", "perhaps"),
        ("HOST", "http://localhost"),
        ("LLM_BASE_URL", "localhost:11434"),
    ],
)
def test_a_value_out_of_bounds_is_refused_in_one_sentence_naming_key_and_value(key: str, value: str) -> None:
    message = refusal({PREFIX + key: value})
    assert message.startswith(PREFIX + key)
    assert repr(value) in message
    assert "must be" in message
    assert "\n" not in message


@pytest.mark.parametrize(
    ("value", "path"), [("/reports", "/reports"), ("/a-b/c_d.~1/", "/a-b/c_d.~1"), ("/", ""), (" /a ", "/a")]
)
def test_a_root_path_is_kept_without_a_slash_at_its_end(value: str, path: str) -> None:
    assert Settings.load({"REPORT_RAG_ROOT_PATH": value}).root_path == path


@pytest.mark.parametrize(
    "value",
    ["reports", "http://host/reports", "//host", "/a//b", "/a?b", "/a b", "/报告", "/../a", "/a/.", '/"'],
)
def test_what_is_no_root_path_is_refused(value: str) -> None:
    assert "begins with /" in refusal({"REPORT_RAG_ROOT_PATH": value})


def test_a_flag_out_of_bounds_is_named_as_a_flag() -> None:
    assert refusal({}, {"port": 70000}).startswith("--port")


def test_a_truth_value_is_no_port(config) -> None:
    assert "must be a whole number" in refusal(config("PORT = true"))


@pytest.mark.parametrize("text", ["PORT = ", "PORT = 1\nPORT = 2", "=", "[server]\nport = 1"])
def test_a_broken_file_is_refused_naming_it(config, text: str) -> None:
    assert "settings.toml" in refusal(config(text))


def test_a_file_that_is_not_utf8_is_refused_naming_it(config) -> None:
    environ = config("")
    Path(environ["REPORT_RAG_CONFIG"]).write_bytes("HOST = '主机'".encode("gb18030"))
    assert "settings.toml" in refusal(environ)


def test_a_missing_file_is_refused_naming_it(tmp_path: Path) -> None:
    assert "absent.toml" in refusal({"REPORT_RAG_CONFIG": str(tmp_path / "absent.toml")})


def test_the_key_of_the_endpoint_is_never_shown(config) -> None:
    settings = Settings.load({"REPORT_RAG_LLM_API_KEY": "hush"})
    assert settings.llm_api_key is not None
    assert settings.llm_api_key.get_secret_value() == "hush"
    shown = [
        repr(settings),
        str(settings),
        settings.model_dump_json(),
        refusal(config("LLM_API_KEY = 735735")),
    ]
    assert not any("hush" in text or "735735" in text for text in shown)


def test_the_key_is_read_without_the_blanks_around_it() -> None:
    settings = Settings.load({"REPORT_RAG_LLM_API_KEY": " sk-hush~1\r\n"})
    assert settings.llm_api_key is not None
    assert settings.llm_api_key.get_secret_value() == "sk-hush~1"


@pytest.mark.parametrize(
    "key", ["hush\nhush", "hush\x1b", "hush\x00", "hush密钥", "“hush”", "hush\x7f", " \n"]
)
def test_a_key_that_no_header_can_hold_is_refused_and_not_shown(key: str) -> None:
    message = refusal({"REPORT_RAG_LLM_API_KEY": key})
    assert "REPORT_RAG_LLM_API_KEY" in message
    assert "printable ASCII" in message
    with pytest.raises(ValueError, match="printable ASCII") as caught:
        Settings(llm_api_key=key)  # type: ignore[arg-type]
    assert "hush" not in message + str(caught.value) + repr(caught.value)


def test_a_language_model_is_configured_by_its_address_alone() -> None:
    assert not Settings.load({"REPORT_RAG_LLM_MODEL": "some"}).has_llm
    assert Settings.load({"REPORT_RAG_LLM_BASE_URL": "http://127.0.0.1:9/v1"}).has_llm


@pytest.mark.parametrize(
    ("key", "value", "wanted"),
    [
        ("LLM_TIMEOUT", "0", "seconds above 0"),
        ("LLM_TIMEOUT", "inf", "seconds above 0"),
        ("LLM_TIMEOUT", "soon", "seconds above 0"),
        ("LLM_CONTEXT", "1023", "from 1024 up"),
        ("LLM_CONTEXT", "4096.5", "from 1024 up"),
        ("LLM_INPUT_PRICE", "-0.1", "0 or more"),
        ("LLM_OUTPUT_PRICE", "nan", "0 or more"),
    ],
)
def test_limits_and_prices_of_a_language_model_are_bounded(key: str, value: str, wanted: str) -> None:
    assert wanted in refusal({PREFIX + key: value})


def test_settings_cannot_be_changed_afterwards() -> None:
    with pytest.raises(ValueError, match="frozen"):
        Settings.load({}).port = 1  # type: ignore[misc]
