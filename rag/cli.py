"""The terminal: every command of `report-rag`, and what it exits with.

Heavy modules are imported by the commands that use them, so that help and usage errors come at once.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import json
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

from index.errors import IndexFloorError
from rag.errors import InputError, RagError, SettingsError
from rag.types import Mode, Status
from rag.version import read_version

if TYPE_CHECKING:
    from rag.service import ReportService
    from rag.settings import Settings
    from rag.types import Answer

DONE, FAILED, USAGE, NOT_FOUND = 0, 1, 2, 3
INTERRUPTED = 130
"""What a shell expects of a program that Ctrl-C ended (128 + SIGINT)."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return the exit code; whatever is expected to go wrong takes one line on stderr."""
    options = build_parser().parse_args(arguments)
    _replace_what_the_terminal_cannot_show()
    try:
        code = options.run(options)
        if audited := getattr(options, "audited", None):
            command, subject = audited
            _record(command, subject, options, code)
        sys.stdout.flush()  # a closed pipe shows here at the latest
    except (InputError, SettingsError) as error:
        return _complain(error, USAGE)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # for the flush at exit
        return FAILED
    except (RagError, IndexFloorError) as error:
        return _complain(error, FAILED)
    except OSError as error:
        where = f"{error.filename}: " if error.filename else ""
        return _complain(f"{where}{error.strerror or error}", FAILED)
    except KeyboardInterrupt:
        return INTERRUPTED
    return int(code)


def build_parser() -> argparse.ArgumentParser:
    """Return the parser of every command; `run` of its result carries the command out."""
    parser = _OneLineParser(
        prog="report-rag",
        description="Ask an official report a question and get an answer with exact citations.",
    )
    parser.add_argument("--version", action="version", version=f"report-rag {read_version()}")
    commands = parser.add_subparsers(required=True, metavar="COMMAND", parser_class=_OneLineParser)

    serve = commands.add_parser("serve", help="start the server: the page, REST and /docs")
    serve.add_argument("--host", help="address to listen on (REPORT_RAG_HOST, 127.0.0.1)")
    serve.add_argument("--port", help="port to listen on; 0 takes a free one (REPORT_RAG_PORT, 7860)")
    serve.set_defaults(run=_serve)

    ask = commands.add_parser("ask", help="ask a question")
    ask.add_argument("question")
    ask.add_argument("--json", action="store_true", help="print the answer as POST /api/ask returns it")
    ask.add_argument("--server", metavar="URL", help="ask a running server (REPORT_RAG_SERVER_KEY: its key)")
    _add_mode(ask)
    ask.set_defaults(run=_ask)

    explain = commands.add_parser("explain", help="tell how a question is understood and what decides")
    explain.add_argument("question")
    explain.set_defaults(run=_explain)

    index = commands.add_parser("index", help="build the index where it is missing or outdated")
    index.add_argument("--rebuild", action="store_true", help="build it in any case")
    index.set_defaults(run=_index)

    documents = commands.add_parser("documents", help="list the documents that can be asked")
    documents.add_argument("words", nargs="*", help="words of title, place, speaker or meeting")
    documents.add_argument("--place", help="a place, or a part of its name")
    documents.add_argument("--year", type=int, help="the year of the report")
    documents.add_argument("--collection", help="the name of a collection")
    documents.set_defaults(run=_documents)

    _add_library(commands)

    evaluate = commands.add_parser("evaluate", help="ask questions with known answers and print the scores")
    evaluate.add_argument("questions", type=Path, metavar="QUESTIONS.jsonl")
    _add_mode(evaluate)
    evaluate.add_argument(
        "--output", type=Path, default=Path("build"), help="folder for scorecard.md (default: %(default)s)"
    )
    evaluate.set_defaults(run=_evaluate)

    mcp = commands.add_parser("mcp", help="serve the Model Context Protocol over standard input and output")
    mcp.set_defaults(run=_mcp)

    _add_keys(commands.add_parser("keys", help="create, list and revoke the keys that a server wants"))

    doctor = commands.add_parser("doctor", help="look at set-up, weights, index, port, keys, fonts and model")
    doctor.set_defaults(run=_doctor)

    check_llm = commands.add_parser("check-llm", help="tell whether the configured language model works")
    check_llm.set_defaults(run=_check_llm)
    return parser


class _OneLineParser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        self.exit(USAGE, f"{self.prog}: {message}: see {self.prog} --help\n")


def _add_mode(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--mode", choices=[mode.value for mode in Mode], help="how answers are worded (REPORT_RAG_MODE)"
    )


def _add_library(commands: argparse._SubParsersAction[Any]) -> None:
    add = commands.add_parser("add", help="add files as documents, or have one replace a document's")
    add.add_argument("files", type=Path, nargs="+", metavar="FILE")
    for name, told in (
        ("title", "its title"),
        ("place", "the place whose report it is; asked for where the text does not tell it"),
        ("year", "the year of the report; asked for where the text does not tell it"),
        ("date", "the day it was given, as 2021-02-07"),
        ("speaker", "who gave it"),
        ("occasion", "where it was given"),
        ("collection", "a name for documents that belong together"),
    ):
        add.add_argument(f"--{name}", help=told)
    add.add_argument("--replace", metavar="ID", help="the document whose file FILE is to be")
    add.set_defaults(run=_add_files, audited=("add", "files"))
    remove = commands.add_parser("remove", help="remove added documents with all that is kept of them")
    remove.add_argument("documents", nargs="+", metavar="ID")
    remove.set_defaults(run=_remove_documents, audited=("remove", "documents"))


def _add_keys(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(required=True, metavar="ACTION", parser_class=_OneLineParser)
    create = actions.add_parser("create", help="make a key and print it, once")
    create.add_argument("name", help="whose it is, or what for")
    create.add_argument(
        "--scope",
        action="append",
        choices=["ask", "manage"],
        help="what it opens, once for each (default: ask); manage changes documents and reads figures",
    )
    create.set_defaults(run=_create_key, audited=("keys create", "name"))
    actions.add_parser("list", help="list the keys that were made").set_defaults(run=_list_keys)
    revoke = actions.add_parser("revoke", help="have a key open nothing any more, at once")
    revoke.add_argument("key", help="its id or name")
    revoke.set_defaults(run=_revoke_key, audited=("keys revoke", "key"))


def _serve(options: argparse.Namespace) -> int:
    from rag.server import serve

    serve(_load_settings(host=options.host, port=options.port))
    return DONE


def _ask(options: argparse.Namespace) -> int:
    from rag.limits import clean_question
    from rag.terminal import render_answer
    from rag.types import Question

    text = clean_question(options.question)
    settings = _load_settings(mode=options.mode)
    if options.server:
        answer = _ask_server(options, text, settings)
    else:
        answer = _open_service(settings).ask(Question(text, mode=settings.mode))
    if options.json:
        from rag.api.conversion import from_answer

        print(json.dumps(from_answer(answer).model_dump(mode="json"), ensure_ascii=False, indent=2))
    else:
        print(render_answer(answer))
    return NOT_FOUND if answer.status is Status.NOT_FOUND else DONE


def _ask_server(options: argparse.Namespace, question: str, settings: Settings) -> Answer:
    from rag.client import Client

    key = settings.server_key.get_secret_value() if settings.server_key else None
    mode = Mode(options.mode) if options.mode else None  # else as the server is set
    with Client(options.server, key=key) as client:
        return client.ask(question, mode=mode)


def _explain(options: argparse.Namespace) -> int:
    from rag.composition import Draft
    from rag.limits import clean_question
    from rag.types import Question

    text = clean_question(options.question)
    explanation = _open_service(_load_settings()).explain(Question(text))
    for line in explanation.lines():
        print(line)
    return DONE if isinstance(explanation.outcome, Draft) else NOT_FOUND


def _index(options: argparse.Namespace) -> int:
    service = _open_service(_load_settings(), rebuild=options.rebuild)
    passages = sum(len(indexed.structure.passages) for indexed in service.documents.values())
    print(f"{len(service.documents)} document(s), {passages:,} passages: indexed in {service.settings.data}.")
    return DONE


def _documents(options: argparse.Namespace) -> int:
    from rag.library.choosing import Choice

    choice = Choice(options.place, options.year, options.collection, " ".join(options.words))
    service = _open_service(_load_settings())
    for problem in service.problems.values():
        _complain(problem, DONE)
    for name, indexed in service.documents.items():
        document, passages = indexed.document, len(indexed.structure.passages)
        if not choice.takes(document, service.library.records.get(name)):
            continue
        print(
            f"{name}\t{document.meta.title}\t{document.meta.place}\t{document.meta.date_text}\t"
            f"{len(document.text):,} characters\t{passages:,} passages"
        )
    return DONE


def _add_files(options: argparse.Namespace) -> int:
    from rag.library.terminal import add_files, read_details
    from rag.terminal import ProgressBar

    if options.replace and len(options.files) > 1:
        raise InputError("One file replaces one document: name one FILE with --replace.")
    names = ("title", "place", "year", "date", "speaker", "occasion", "collection")
    details = read_details({name: getattr(options, name) for name in names})
    service = _open_service(_load_settings())
    with ProgressBar() as progress:
        all_there = add_files(
            service.library,
            options.files,
            details,
            replaces=options.replace,
            progress=progress,
            say=print,
            complain=lambda text: _complain(text, FAILED),
        )
    return DONE if all_there else FAILED


def _remove_documents(options: argparse.Namespace) -> int:
    from rag.library.terminal import remove_documents
    from rag.terminal import ProgressBar

    service = _open_service(_load_settings())
    with ProgressBar() as progress:
        remove_documents(service.library, options.documents, progress, print)
    for name in options.documents:
        service.jobs.forget(name)
    return DONE


def _evaluate(options: argparse.Namespace) -> int:
    from rag.evaluation import Scorecard, evaluate, read_cases, write_scorecard
    from rag.terminal import ProgressBar

    settings = _load_settings(mode=options.mode)
    cases = read_cases(options.questions)  # before anything that takes time
    service = _open_service(settings)
    with ProgressBar() as progress:
        marks = evaluate(service, cases, mode=settings.mode, progress=progress)
    scorecard = Scorecard.from_marks(options.questions.name, marks)
    print(scorecard.render_text())
    print(f"The scorecard is in {write_scorecard(scorecard, options.output)}.")
    return DONE


def _mcp(_options: argparse.Namespace) -> int:
    from rag.api.mcp.stdio import serve_stdio
    from rag.service import ReportService

    serve_stdio(ReportService(_load_settings()))
    return DONE


def _create_key(options: argparse.Namespace) -> int:
    from rag.api.security.keys import KeyStore, Scope

    scopes = map(Scope, options.scope or [Scope.ASK])
    key, token = KeyStore(_load_settings().data).create(options.name, scopes)
    print(token)
    print(
        f"This is the key {key.name!r} (id {key.id}, {', '.join(sorted(key.scopes))}): it is shown only now. "
        "Send it as Authorization: Bearer …, or log in with it on the page.",
        file=sys.stderr,
    )
    return DONE


def _list_keys(_options: argparse.Namespace) -> int:
    from rag.api.security.keys import KeyStore

    for key in KeyStore(_load_settings().data).list():
        state = f"revoked {key.revoked:%Y-%m-%d}" if key.revoked else "in use"
        print(
            f"{key.id}\t{key.name}\t{', '.join(sorted(key.scopes))}\tcreated {key.created:%Y-%m-%d}\t{state}"
        )
    return DONE


def _revoke_key(options: argparse.Namespace) -> int:
    from rag.api.security.keys import KeyStore

    key = KeyStore(_load_settings().data).revoke(options.key)
    print(f"The key {key.name!r} (id {key.id}) opens nothing any more.")
    return DONE


def _doctor(_options: argparse.Namespace) -> int:
    from rag.diagnosis import State, examine

    code = DONE
    for name, finding in examine(_load_settings()):
        print(f"{name:<8} {finding.state.value:<6} {finding.sentence}", flush=True)
        code = FAILED if finding.state is State.WRONG else code
    return code


def _check_llm(_options: argparse.Namespace) -> int:
    from rag.llm.client import ChatClient
    from rag.llm.self_test import check_model

    with contextlib.closing(ChatClient(_load_settings())) as client:
        for line in check_model(client):
            print(line, flush=True)  # a model may take its time
    return DONE


def _record(command: str, subject: str, options: argparse.Namespace, code: int) -> None:
    """Record an action of management, with whoever did it on this machine."""
    import getpass

    from rag.observation.audit import AuditLog

    try:
        who = getpass.getuser()
    except (KeyError, OSError):  # a container may have users without names
        who = str(os.getuid())
    AuditLog(_load_settings().data).write(
        f"report-rag {command}", who=f"user {who}", outcome=code, subject=getattr(options, subject)
    )


def _load_settings(**flags: object) -> Settings:
    from rag.settings import Settings

    return Settings.load(os.environ, flags)


def _open_service(settings: Settings, *, rebuild: bool = False) -> ReportService:
    """Return the service with its index loaded, built first where it is missing."""
    from rag.service import ReportService
    from rag.terminal import ProgressBar

    service = ReportService(settings)
    with ProgressBar() as progress:
        service.load(progress, rebuild=rebuild)
    return service


def _complain(error: object, code: int) -> int:
    print(f"report-rag: {' '.join(str(error).split())}", file=sys.stderr)
    return code


def _replace_what_the_terminal_cannot_show() -> None:
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
