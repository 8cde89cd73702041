"""Is a wrong configuration told in one sentence, and a missing one no trouble?"""

from pathlib import Path

import pytest
from pydantic import ValidationError

from octroi.issuing import issuer_of
from octroi.settings import PREFIX, InvalidSetting, Settings, default_data_dir, load
from permits.kinds import DocumentKind
from permits.parties import Role
from zones.model import Layer


@pytest.fixture(autouse=True)
def nothing_set(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Stand in an empty directory with no variable of ours."""
    for name in Settings.model_fields:
        monkeypatch.delenv(f"{PREFIX}{name.upper()}", raising=False)
    monkeypatch.chdir(tmp_path)


def test_nothing_needs_to_be_set() -> None:
    settings = load()

    assert settings.host == "127.0.0.1"
    assert settings.language == "fr"
    assert settings.timezone == "Europe/Paris"
    assert settings.data_dir == default_data_dir()
    assert settings.database_url is None
    assert settings.mqtt_url is None


def test_the_documents_that_layers_ask_for_are_told_in_pairs(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert not load().documents_needed
    monkeypatch.setenv("OCTROI_DOCUMENTS_NEEDED", "air:insurance, air:competence,river:insurance")

    assert load().documents_needed == {
        Layer.AIR: {DocumentKind.INSURANCE, DocumentKind.COMPETENCE},
        Layer.RIVER: {DocumentKind.INSURANCE},
    }


def test_a_variable_wins_over_the_file_and_an_argument_over_both(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    Path("octroi.toml").write_text('port = 1001\nhost = "::1"\nlanguage = "en"\n')
    monkeypatch.setenv("OCTROI_PORT", "1002")
    monkeypatch.setenv("OCTROI_HOST", "0.0.0.0")  # noqa: S104 - only a value to read back

    settings = load(host="127.0.0.9")

    assert (settings.host, settings.port, settings.language) == ("127.0.0.9", 1002, "en")


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("OCTROI_PORT", "ninety"),
        ("OCTROI_PORT", "70000"),
        ("OCTROI_LANGUAGE", "de"),
        ("OCTROI_TIMEZONE", "Europe/Lutetia"),
        ("OCTROI_DATABASE_URL", "mysql://localhost/octroi"),
        ("OCTROI_MQTT_URL", "http://localhost"),
        ("OCTROI_MQTT_URL", "foo"),
        ("OCTROI_MQTT_URL", "mqtt://localhost:99999"),
        ("OCTROI_MQTT_URL", "mqtt://localhost/city"),
        ("OCTROI_DATA_DIR", ""),
        ("OCTROI_GROUND_RASTER", ""),
        ("OCTROI_HOST", ""),
        ("OCTROI_NOTICE_DAYS", "1.5"),
        ("OCTROI_ACTIVATION_LEAD_MINUTES", "-1"),
        ("OCTROI_REVIEW_DAYS", "59"),
        ("OCTROI_SWEEP_SECONDS", "nan"),
        ("OCTROI_LOG_LEVEL", "loud"),
        ("OCTROI_OPEN_MAP", "perhaps"),
        ("OCTROI_BODY_LIMIT_BYTES", "1"),
        ("OCTROI_SERVICE_AREA", "Paris"),
        ("OCTROI_SERVICE_AREA", "1.4,48.1,3.6"),
        ("OCTROI_SERVICE_AREA", "48.1,1.4,49.3,190"),
        ("OCTROI_SERVICE_AREA", "3.6,48.1,1.4,49.3"),
        ("OCTROI_DOCUMENTS_NEEDED", "insurance"),
        ("OCTROI_DOCUMENTS_NEEDED", "space:insurance"),
        ("OCTROI_DOCUMENTS_NEEDED", "air:luck"),
        ("OCTROI_GROUND_ERROR_M", "nan"),
        ("OCTROI_GROUND_ERROR_M", "-1"),
        ("OCTROI_GROUND_REFERENCE", "AGL"),
    ],
)
def test_a_wrong_value_is_told_in_one_sentence_naming_the_variable(
    monkeypatch: pytest.MonkeyPatch, variable: str, value: str
) -> None:
    monkeypatch.setenv(variable, value)

    with pytest.raises(InvalidSetting) as told:
        load()

    sentence = str(told.value)
    assert sentence.startswith(f"{variable} cannot be '{value}': it takes ")
    assert sentence.endswith(".")
    assert "\n" not in sentence
    # What the library would say is for programmers.
    assert not any(word in sentence for word in ("Input", "valid ", "string", "integer", "match"))


def test_a_misspelt_variable_is_not_passed_over(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OCTROI_DATABSE_URL", "postgresql://localhost/octroi")

    with pytest.raises(InvalidSetting, match=r"OCTROI_DATABSE_URL .* mean OCTROI_DATABASE_URL\?"):
        load()


@pytest.mark.parametrize("variable", ["OCTROI_FOO", "OCTROI_DB_URL", "OCTROI_TEST"])
def test_nothing_is_guessed_for_a_variable_that_is_near_to_none(
    monkeypatch: pytest.MonkeyPatch, variable: str
) -> None:
    monkeypatch.setenv(variable, "1")

    with pytest.raises(InvalidSetting) as told:
        load()

    assert str(told.value) == (
        f"{variable} is not a setting of Octroi; docs/operations.md lists them."
    )


def test_every_wrong_setting_is_told_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OCTROI_PORT", "abc")
    monkeypatch.setenv("OCTROI_SERVICE_AREA", "a,b,c,d")
    Path("octroi.toml").write_text('notice_days = "soon"\nprot = 1\n')

    with pytest.raises(InvalidSetting) as told:
        load()

    assert {line.partition(": ")[0] for line in str(told.value).splitlines()} == {
        "OCTROI_PORT cannot be 'abc'",
        "OCTROI_SERVICE_AREA cannot be 'a,b,c,d'",
        "notice_days in octroi.toml cannot be 'soon'",
        "prot in octroi.toml is not a setting of Octroi; did you mean port?",
    }


def test_every_setting_says_what_it_takes() -> None:
    assert all(setting.description for setting in Settings.model_fields.values())


def test_a_refused_address_does_not_tell_its_password(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OCTROI_DATABASE_URL", "mysql://octroi:secret@db/octroi")
    monkeypatch.setenv("OCTROI_MQTT_URL", "octroi:secret@broker")

    with pytest.raises(InvalidSetting) as told:
        load()

    assert "secret" not in str(told.value)
    assert "'mysql://…@db/octroi'" in str(told.value)


def test_a_misspelt_line_of_the_file_is_not_passed_over() -> None:
    Path("octroi.toml").write_text("prot = 8642\n")

    with pytest.raises(InvalidSetting, match=r"^prot in octroi\.toml is not a setting of Octroi"):
        load()


def test_a_wrong_line_of_the_file_is_named() -> None:
    Path("octroi.toml").write_text('port = "x"\n')

    with pytest.raises(InvalidSetting, match=r"^port in octroi\.toml cannot be 'x'"):
        load()


def test_a_broken_file_is_named() -> None:
    Path("octroi.toml").write_text("port =\n")

    with pytest.raises(InvalidSetting, match=r"^octroi\.toml is not valid TOML"):
        load()


def test_a_file_that_cannot_be_read_is_named() -> None:
    Path("octroi.toml").write_bytes(b"host = '\xff'\n")
    with pytest.raises(InvalidSetting, match=r"^octroi\.toml is not valid TOML"):
        load()


def test_a_wrong_argument_is_named_as_it_was_typed() -> None:
    with pytest.raises(InvalidSetting, match=r"^--port cannot be -1"):
        load(port=-1)


def test_settings_do_not_change_after_the_start() -> None:
    settings = load()

    with pytest.raises(ValidationError, match="frozen"):
        settings.port = 1


def test_passwords_are_not_shown_with_the_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OCTROI_DATABASE_URL", "postgresql://octroi:secret@db/octroi")

    assert "secret" not in repr(load())


def test_a_service_area_is_written_as_four_numbers_in_a_variable_or_a_file(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert load().service_area == (1.4, 48.1, 3.6, 49.3)
    Path("octroi.toml").write_text("service_area = [8, 47, 9, 48]\n")
    assert load().service_area == (8, 47, 9, 48)
    monkeypatch.setenv("OCTROI_SERVICE_AREA", "-1.5, 47, 2, 48")
    assert load().service_area == (-1.5, 47, 2, 48)


def test_an_issuer_is_configured_with_whom_its_tokens_are_for(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("OCTROI_OIDC_ISSUER", "https://login.example/realms/city")
    with pytest.raises(InvalidSetting, match="needs OCTROI_OIDC_AUDIENCE"):
        issuer_of(load())
    monkeypatch.setenv("OCTROI_OIDC_AUDIENCE", "octroi")
    monkeypatch.setenv("OCTROI_OIDC_ROLES", "urn:police:inspector, regie:finance")

    issuer = issuer_of(load())

    assert issuer is not None
    assert issuer.algorithm == "RS256"
    assert issuer.roles == {"urn:police": Role.INSPECTOR, "regie": Role.FINANCE}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("OIDC_ISSUER", "http://login.example"),
        ("OIDC_ISSUER", "login.example"),
        ("OIDC_JWKS_URL", "ftp://login.example/keys"),
        ("OIDC_ALGORITHM", "HS256"),
        ("OIDC_ALGORITHM", "none"),
        ("OIDC_ROLES", "police:mayor"),
        ("OIDC_ROLES", "gate:sensor"),
        ("KEY_DAYS", "0"),
    ],
)
def test_what_would_let_strangers_in_is_refused(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(f"OCTROI_{name}", value)

    with pytest.raises(InvalidSetting, match=f"OCTROI_{name} cannot be"):
        load()
