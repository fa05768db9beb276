"""The page that takes a key from a person and gives the browser a session for it."""

from __future__ import annotations

import html
import secrets
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qs, quote

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from starlette.datastructures import Headers
from starlette.types import Scope as Connection

from rag.api.problems import KEY_UNKNOWN
from rag.api.security.asker import name_client
from rag.api.security.attempts import identify
from rag.api.security.sessions import COOKIE, LIFETIME

LOGIN, LOGOUT = "/login", "/logout"

router = APIRouter(include_in_schema=False)

_WORDS = {
    "en": {
        "title": "Report Q&A",
        "key": "Key",
        "enter": "Log in",
        "leave": "Log out",
        "hint": "This server answers to those who have a key. Its operator creates one with",
        "inside": "You are logged in as",
        "open": "To the page",
        "wrong": "The key is not known, or was revoked.",
        "slow": "Too many wrong keys came from your address: try again in a minute.",
    },
    "zh": {
        "title": "报告问答",
        "key": "密钥",
        "enter": "登录",
        "leave": "退出",
        "hint": "此服务器只回答持有密钥的人。密钥由管理员创建：",
        "inside": "当前身份：",
        "open": "进入页面",
        "wrong": "密钥不存在，或已被撤销。",
        "slow": "来自您所在地址的错误密钥过多，请一分钟后再试。",
    },
}
_PAGE = """<!doctype html>
<html lang="{language}"><head><meta charset="utf-8"><title>{title}</title>
<meta name="viewport" content="width=device-width, initial-scale=1"><meta name="robots" content="noindex">
<style nonce="{nonce}">
:root {{ color-scheme: light dark; font: 1rem/1.5 system-ui, sans-serif }}
body {{ margin: 15vh auto 0; max-width: 24rem; padding: 0 1rem }}
input, button {{ font: inherit; padding: .5rem; width: 100%; box-sizing: border-box; margin: .25rem 0 1rem }}
[role=alert] {{ border-left: .25rem solid #c33; padding-left: .75rem }}
</style></head>
<body><main><h1>{title}</h1>{body}</main></body></html>"""
_POLICY = (
    "default-src 'none'; style-src 'nonce-{nonce}'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'"
)
_UNAUTHORISED = 401
_FIELDS = 10
"""Of a form: the page sends one, and what manages passwords may add some."""


def answer_with_form(scope: Connection, wanted: str, told: str = "", status: int = _UNAUTHORISED) -> Response:
    """Return the page that asks for a key; `wanted` is where it leads, `told` what was wrong."""
    words = _choose_words(scope)
    alert = f'<p role="alert">{html.escape(told)}</p>' if told else ""
    action = f"{scope.get('root_path', '')}{LOGIN}?next={quote(wanted, safe='')}"
    body = (
        f'{alert}<form method="post" action="{html.escape(action)}">'
        f'<label for="key">{words["key"]}</label>'
        '<input id="key" name="key" type="password" required autofocus autocomplete="current-password">'
        f"<button>{words['enter']}</button></form>"
        f"<p>{words['hint']} <code>report-rag keys create</code>.</p>"
    )
    return _render(words, body, status)


@router.get(LOGIN)
async def show_login(request: Request, next: str = "/") -> Response:
    """Ask for a key, or say whose session this is."""
    principal = getattr(request.state, "principal", None)
    if principal is None:
        return answer_with_form(request.scope, _stay_here(next), status=200)
    words = _choose_words(request.scope)
    prefix = html.escape(request.scope.get("root_path", ""))
    body = (
        f"<p>{words['inside']} <strong>{html.escape(principal.name)}</strong></p>"
        f'<p><a href="{prefix}/">{words["open"]}</a></p>'
        f'<form method="post" action="{prefix}{LOGOUT}"><button>{words["leave"]}</button></form>'
    )
    return _render(words, body, 200)


@router.post(LOGIN)
async def log_in(request: Request, next: str = "/") -> Response:
    """Begin a session for the holder of a key."""
    guarded = request.app.state.security
    token = _read_key(await request.body())
    wanted = _stay_here(next)
    key, problem = await identify(token, name_client(request.scope), guarded.store, guarded.attempts)
    if key is None:
        assert problem is not None
        told = _choose_words(request.scope)["wrong" if problem.kind is KEY_UNKNOWN else "slow"]
        response = answer_with_form(request.scope, wanted, told, problem.kind.status)
        response.headers.update(problem.headers)
        return response
    response = RedirectResponse(_below_root(request, wanted), 303)
    response.set_cookie(COOKIE, guarded.sessions.begin(key), max_age=LIFETIME, **_cookie_options(request))
    return response


@router.post(LOGOUT)
async def log_out(request: Request) -> Response:
    """Have the browser forget its session."""
    response = RedirectResponse(_below_root(request, LOGIN), 303)
    response.delete_cookie(COOKIE, **_cookie_options(request))
    return response


def _read_key(form: bytes) -> str:
    """Return the key that a form holds, empty where it holds none."""
    try:
        sent = parse_qs(form.decode("utf-8"), max_num_fields=_FIELDS)
    except ValueError:
        return ""
    return (sent.get("key") or [""])[0].strip()


def _cookie_options(request: Request) -> dict[str, Any]:
    return {
        "path": request.scope.get("root_path", "") or "/",
        "httponly": True,
        "samesite": "lax",  # strict would ask for the key again behind every link to a quoted passage
        "secure": request.url.scheme == "https",
    }


def _below_root(request: Request, route: str) -> str:
    return f"{request.scope.get('root_path', '')}{route}"


def _stay_here(wanted: str) -> str:
    """Return `wanted` if it is a path of this server, else the page: nobody is sent elsewhere."""
    is_path = wanted.startswith("/") and not wanted.startswith(("//", "/\\"))
    return quote(wanted, safe="/?=&%#+,:@-._~") if is_path and wanted.isprintable() else "/"


def _choose_words(scope: Connection) -> Mapping[str, str]:
    accepted = Headers(scope=scope).get("accept-language", "").lower()
    language = "zh" if accepted.startswith("zh") else "en"
    return _WORDS[language] | {"language": language}


def _render(words: Mapping[str, str], body: str, status: int) -> Response:
    nonce = secrets.token_urlsafe(16)
    page = _PAGE.format(language=words["language"], title=words["title"], nonce=nonce, body=body)
    headers = {"Content-Security-Policy": _POLICY.format(nonce=nonce), "Cache-Control": "no-store"}
    return HTMLResponse(page, status, headers)
