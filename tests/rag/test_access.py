"""Who may do what: a key where others can reach the server, its scope, and a session for people."""

import html
import re
from collections.abc import Iterator
from typing import Any

import pytest
from fastapi.testclient import TestClient

from rag.api import create_api
from rag.api.security import needs_keys
from rag.api.security.access import find_need
from rag.api.security.asker import name_client
from rag.api.security.attempts import MOST
from rag.api.security.keys import FILE_NAME, KeyStore, Scope
from rag.api.security.sessions import COOKIE
from rag.settings import Settings
from tests.rag.test_api_errors import problem_of

ASK = {"question": "种了几棵树?"}
PAGE = {"accept": "text/html,application/xhtml+xml"}


@pytest.fixture
def store(tmp_path) -> KeyStore:
    return KeyStore(tmp_path)


@pytest.fixture
def token(store: KeyStore) -> str:
    return store.create("phone", [Scope.ASK])[1]


@pytest.fixture
def public(make_scripted_service, tmp_path) -> Iterator[TestClient]:
    """A client of a server that others can reach."""
    app = create_api(make_scripted_service(Settings(data=tmp_path, host="0.0.0.0")))
    base = "http://reports.example"
    with TestClient(app, base_url=base, raise_server_exceptions=False, follow_redirects=False) as client:
        yield client


def bearer(token: str) -> dict[str, str]:
    return {"authorization": f"Bearer {token}"}


@pytest.mark.parametrize(
    ("host", "keys", "needed"),
    [
        ("127.0.0.1", "auto", False),
        ("::1", "auto", False),
        ("localhost", "auto", False),
        ("0.0.0.0", "auto", True),
        ("::", "auto", True),
        ("reports.example", "auto", True),
        ("0.0.0.0", "off", False),
        ("127.0.0.1", "on", True),
    ],
)
def test_keys_are_required_where_others_can_reach_the_server(host: str, keys: str, needed: bool) -> None:
    assert needs_keys(Settings.load({"REPORT_RAG_HOST": host, "REPORT_RAG_KEYS": keys})) is needed


@pytest.mark.parametrize(
    "sent", [{}, bearer("none"), {"authorization": "Basic YTpi"}, {"cookie": f"{COOKIE}=a"}]
)
def test_where_no_key_is_required_any_authorization_will_do(scripted: TestClient, sent: dict) -> None:
    assert scripted.post("/api/ask", json=ASK, headers=sent).status_code == 200
    assert scripted.get("/login").status_code == 404


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/api/ask"),
        ("POST", "/api/search"),
        ("GET", "/api/documents"),
        ("GET", "/api/nothing"),
        ("GET", "/"),
        ("GET", "/docs"),
        ("GET", "/openapi.json"),
        ("GET", "/metrics"),
        ("POST", "/mcp"),
        ("GET", "/LOGIN"),
        ("GET", "//login"),
        ("GET", "/login/../api/documents"),
        ("GET", "/health/live/x"),
    ],
)
def test_without_a_key_nothing_is_told(public: TestClient, script, method: str, path: str) -> None:
    response = public.request(method, f"http://reports.example{path}", json=ASK)
    problem_of(response, 401, "key-required")
    assert response.headers["www-authenticate"].startswith("Bearer")
    assert script.asked == []


def test_clients_of_openai_are_told_in_their_own_shape(public: TestClient, token: str) -> None:
    refused = public.get("/v1/models")
    assert refused.status_code == 401
    assert refused.json()["error"]["type"] == "authentication_error"
    assert public.get("/v1/models", headers=bearer(token)).status_code == 200


def test_health_is_told_to_everybody(public: TestClient) -> None:
    assert public.get("/health/live").status_code == public.get("/health/ready").status_code == 200


@pytest.mark.parametrize("scheme", ["Bearer", "bearer", "BEARER "])
def test_a_key_opens_the_server(public: TestClient, token: str, scheme: str) -> None:
    sent = {"authorization": f"{scheme} {token}"}
    assert public.post("/api/ask", json=ASK, headers=sent).status_code == 200


def test_a_wrong_and_a_revoked_key_are_told_as_such(public: TestClient, store: KeyStore, token: str) -> None:
    problem_of(public.post("/api/ask", json=ASK, headers=bearer(f"{token}x")), 401, "key-unknown")
    assert public.post("/api/ask", json=ASK, headers=bearer(token)).status_code == 200
    store.revoke("phone")
    response = public.post("/api/ask", json=ASK, headers=bearer(token))
    assert token not in problem_of(response, 401, "key-unknown")["detail"]


@pytest.mark.parametrize(
    ("method", "route", "need"),
    [
        ("GET", "/api/documents", Scope.ASK),
        ("GET", "/api/documents/a/text", Scope.ASK),
        ("POST", "/api/documents", Scope.MANAGE),
        ("PUT", "/api/documents/a", Scope.MANAGE),
        ("PATCH", "/api/documents/a", Scope.MANAGE),
        ("DELETE", "/api/documents/a", Scope.MANAGE),
        ("TRACE", "/api/documents/a", Scope.MANAGE),
        ("GET", "/api/jobs/a", Scope.MANAGE),
        ("DELETE", "/api/jobs/a", Scope.MANAGE),
        ("GET", "/metrics", Scope.MANAGE),
        ("GET", "/page/feedback.jsonl", Scope.MANAGE),
        ("GET", "/page/figures/a", Scope.ASK),
        ("POST", "/api/ask", Scope.ASK),
        ("GET", "/health/ready", None),
    ],
)
def test_documents_are_changed_and_figures_read_with_manage_alone(method: str, route: str, need) -> None:
    assert find_need(method, route) is need


def test_a_key_opens_what_its_scopes_say(public: TestClient, store: KeyStore, token: str) -> None:
    problem = problem_of(public.get("/metrics", headers=bearer(token)), 403, "scope-missing")
    assert "the scope manage" in problem["detail"]
    manage = store.create("operator", [Scope.MANAGE])[1]
    assert public.get("/metrics", headers=bearer(manage)).status_code == 200
    problem_of(public.post("/api/ask", json=ASK, headers=bearer(manage)), 403, "scope-missing")


def test_wrong_keys_hold_off_their_address_but_not_who_was_let_in_there(public, token: str, store) -> None:
    assert public.get("/api/documents", headers=bearer(token)).status_code == 200
    newcomer = store.create("tablet", [Scope.ASK])[1]
    for number in range(MOST):
        assert public.get("/api/documents", headers=bearer(f"rr-{number}")).status_code == 401
    for tried in ("rr-again", newcomer):
        response = public.get("/api/documents", headers=bearer(tried))
        problem_of(response, 429, "too-many-attempts")
        assert 0 < int(response.headers["retry-after"]) <= 60
    assert public.get("/api/documents", headers=bearer(token)).status_code == 200
    assert public.post("/login", data={"key": newcomer}).status_code == 429


@pytest.mark.parametrize(
    ("host", "name"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3::4", "2001:db8:1:2::/64"),
        ("testclient", "testclient"),
    ],
)
def test_a_client_is_its_address_and_of_ipv6_its_network(host: str, name: str) -> None:
    assert name_client({"type": "http", "client": (host, 1)}) == name
    assert name_client({"type": "http", "client": None}) == ""


def test_the_description_tells_which_requests_show_a_key(public, scripted, token: str) -> None:
    for _ in range(2):
        description = public.get("/openapi.json", headers=bearer(token)).json()
    assert description["components"]["securitySchemes"]["key"]["scheme"] == "bearer"
    assert description["security"] == [{"key": []}]
    assert description["paths"]["/health/live"]["get"]["security"] == []
    assert "security" not in description["paths"]["/api/ask"]["post"]
    told = description["paths"]["/metrics"]["get"]["description"]
    assert told.count("scope `manage`") == 1
    assert "security" not in scripted.get("/openapi.json").json()


def log_in(client: TestClient, token: str, wanted: str = "/") -> Any:
    return client.post("/login", params={"next": wanted}, data={"key": token})


def test_a_person_gives_the_key_once_and_is_led_on(public: TestClient, token: str) -> None:
    asked = public.get("/?doc=trees&start=3", headers=PAGE)
    assert asked.status_code == 401
    assert "text/html" in asked.headers["content-type"]
    assert "default-src 'none'" in asked.headers["content-security-policy"]
    action = html.unescape(re.search(r'action="(.*?)"', asked.text)[1])
    inside = public.post(action, data={"key": token})
    assert (inside.status_code, inside.headers["location"]) == (303, "/?doc=trees&start=3")
    assert public.post("/api/ask", json=ASK).status_code == 200
    assert "phone" in public.get("/login").text
    assert public.post("/logout").status_code == 303
    assert public.get("/api/documents").status_code == 401


def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites_and_holds_no_key(public, token: str) -> None:
    cookie = log_in(public, token).headers["set-cookie"]
    assert {"HttpOnly", "SameSite=lax", "Path=/"} <= set(cookie.split("; "))
    assert "Secure" not in cookie
    assert token not in cookie
    secure = public.post("https://reports.example/login", data={"key": token}).headers["set-cookie"]
    assert "Secure" in secure.split("; ")


def test_a_wrong_key_on_the_page_is_told_there(public: TestClient) -> None:
    response = log_in(public, "<b>no</b>")
    assert response.status_code == 401
    assert "set-cookie" not in response.headers
    assert 'role="alert"' in response.text
    assert "<b>" not in response.text


@pytest.mark.parametrize(
    "form", [b"", b"\xff", b"a=b", b"key=", b"&".join(b"key=%d" % n for n in range(99)), b"key=a\x00"]
)
def test_a_form_that_is_none_is_a_wrong_key(public: TestClient, form: bytes) -> None:
    assert public.post("/login", content=form).status_code == 401


def test_the_page_speaks_the_language_of_its_reader(public: TestClient) -> None:
    chinese = public.post("/login", data={"key": "no"}, headers={"accept-language": "zh-CN,en"})
    assert "密钥不存在" in chinese.text
    assert '<html lang="zh">' in chinese.text


@pytest.mark.parametrize(
    "wanted",
    ["//evil.example", "https://evil.example", "/\\evil.example", "evil", "/a\r\nx: y", "/\t/evil.example"],
)
def test_nobody_is_led_to_another_server(public: TestClient, token: str, wanted: str) -> None:
    assert log_in(public, token, wanted).headers["location"] == "/"


def test_a_session_ends_with_its_key(public: TestClient, token: str, store: KeyStore) -> None:
    log_in(public, token)
    assert public.get("/api/documents").status_code == 200
    store.revoke("phone")
    assert public.get("/api/documents").status_code == 401


def test_a_damaged_file_of_keys_lets_nobody_in(public: TestClient, token: str, tmp_path, caplog) -> None:
    (tmp_path / FILE_NAME).write_text("{}", "utf-8")
    for sent in ({}, bearer(token), {"cookie": f"{COOKIE}=a.1.b"}):
        assert public.get("/api/documents", headers=sent).status_code in (401, 500)
    assert "restore it from a backup" in caplog.text
    assert public.get("/health/live").status_code == 200


def test_below_a_path_of_a_proxy_the_session_is_for_that_path(make_scripted_service, tmp_path, token) -> None:
    settings = Settings(data=tmp_path, keys="on", root_path="/reports")
    app = create_api(make_scripted_service(settings))
    with TestClient(app, base_url="http://127.0.0.1", follow_redirects=False) as client:
        asked = client.get("/reports/docs", headers=PAGE)
        assert 'action="/reports/login?next=%2Fdocs"' in asked.text
        inside = client.post("/reports/login?next=%2Fdocs", data={"key": token})
        assert inside.headers["location"] == "/reports/docs"
        assert "Path=/reports" in inside.headers["set-cookie"].split("; ")
        assert client.get("/reports/api/documents").status_code == 200
