"""Documents over REST: added, followed, replaced, corrected and removed, and refused with what to do."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from rag.api import create_api
from rag.observation.audit import FILE_NAME as AUDIT_LOG
from rag.service import ReportService
from rag.settings import Uploads
from tests.rag.library import CORPUS_REPORT, HeardEncoder, open_library
from tests.rag.reports import TEXT

PLACE = {"place": "青山市云溪区"}
YUNXI = "qingshanshi-yunxiqu-2031"
HERE = ("127.0.0.1", 50_000)
URN = "urn:problem-type:report-rag:"


@pytest.fixture
def library(tmp_path: Path, service: ReportService) -> tuple[ReportService, HeardEncoder]:
    return open_library(tmp_path, service)


@pytest.fixture
def served(library: tuple[ReportService, HeardEncoder]) -> ReportService:
    return library[0]


@pytest.fixture
def client(served: ReportService) -> Iterator[TestClient]:
    with TestClient(create_api(served), base_url="http://127.0.0.1", client=HERE) as client:
        yield client


def send(client: TestClient, text: str | bytes = TEXT, name: str = "报告.txt", fields=PLACE, **options):
    data = text.encode() if isinstance(text, str) else text
    return client.post("/api/documents", files={"file": (name, data)}, data=fields, **options)


def add(client: TestClient, served: ReportService, *arguments, **options) -> dict:
    """Add a file and do its job; return the job."""
    accepted = send(client, *arguments, **options)
    assert accepted.status_code == 202, accepted.text
    served.worker.work_off()
    return client.get(accepted.headers["location"]).json()


def ids(client: TestClient) -> list[str]:
    return [one["id"] for one in client.get("/api/documents").json()["documents"]]


# From the file to the answer.


def test_a_file_is_taken_in_read_and_asked(client, served) -> None:
    accepted = send(client)
    assert accepted.status_code == 202
    job = client.get(accepted.headers["location"]).json()
    assert accepted.json() == {"job": job["id"], "document": None}
    assert (job["state"], job["document"], job["problem"]) == ("queued", None, None)
    served.worker.work_off()
    job = client.get(accepted.headers["location"]).json()
    assert (job["state"], job["document"], job["file_name"]) == ("done", YUNXI, "报告.txt")
    assert ids(client) == [YUNXI, "yuanshan-2029"]
    assert client.get(f"/api/documents/{YUNXI}/text").text == TEXT
    answer = client.post("/api/ask", json={"question": "云溪区2030年社会消费品零售总额是多少?"}).json()
    (citation,) = answer["citations"]
    assert citation["document"] == YUNXI
    assert TEXT[citation["start"] : citation["end"]] == citation["quote"]
    assert "88亿元" in answer["answer"]


def test_what_is_known_of_an_added_document_is_told(client, served) -> None:
    add(client, served, fields={**PLACE, "collection": "年报", "date": "2031-01-12"})
    told = client.get(f"/api/documents/{YUNXI}").json()
    assert (told["title"], told["place"], told["year"]) == (TEXT.splitlines()[0], "青山市云溪区", 2031)
    assert (told["date"], told["collection"]) == ("2031-01-12", "年报")
    assert (told["file"]["name"], told["file"]["kind"]) == ("报告.txt", "text")
    assert told["file"]["size"] == len(TEXT.encode())
    assert (
        client.get("/api/documents/yuanshan-2029").json().keys().isdisjoint({"file", "added", "collection"})
    )
    assert client.get(f"/api/documents/{YUNXI}/outline").json() == told["outline"]
    assert client.get(f"/api/documents/{YUNXI}/glossary").json() == told["glossary"]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"place": "云溪"}, [YUNXI]),
        ({"year": 2029}, ["yuanshan-2029"]),
        ({"collection": "年报"}, [YUNXI]),
        ({"collection": "别的"}, []),
        ({"words": "政府工作报告 王小明"}, [YUNXI, "yuanshan-2029"]),
        ({"words": "远山", "year": 2031}, []),
        ({}, [YUNXI, "yuanshan-2029"]),
    ],
)
def test_documents_are_chosen_by_place_year_collection_and_words(client, served, query, found) -> None:
    add(client, served, fields={**PLACE, "collection": "年报"})
    listed = client.get("/api/documents", params=query).json()["documents"]
    assert [one["id"] for one in listed] == found


def test_what_is_not_said_is_read_off_the_text_and_a_card_tells_how_it_went(client, served) -> None:
    assert add(client, served, fields={})["document"] == YUNXI
    told = client.get(f"/api/documents/{YUNXI}").json()
    assert (told["title"], told["place"], told["year"]) == (TEXT.splitlines()[0], "青山市云溪区", 2031)
    assert told["date"] == "2031-01-12"
    assert "王小明" in told["speaker"]
    card = client.get(f"/api/documents/{YUNXI}/card").json()
    assert (card["pages"], card["lost"], card["parts"], card["terms"]) == (0, 0, 2, 2)
    assert client.get("/api/documents/yuanshan-2029/card").status_code == 404


def test_the_original_comes_back_as_bytes_that_no_browser_runs(client, served) -> None:
    add(client, served)
    original = client.get(f"/api/documents/{YUNXI}/original")
    assert original.content == TEXT.encode()
    assert original.headers["content-type"] == "application/octet-stream"
    assert original.headers["content-disposition"].startswith("attachment")
    assert original.headers["x-content-type-options"] == "nosniff"
    missing = client.get("/api/documents/yuanshan-2029/original")
    assert (missing.status_code, missing.json()["type"]) == (404, f"{URN}no-original")


def test_a_job_is_followed_as_events_to_its_end(client, served) -> None:
    address = send(client).headers["location"]
    served.worker.work_off()
    with client.stream("GET", address, headers={"Accept": "text/event-stream"}) as stream:
        assert stream.headers["content-type"].startswith("text/event-stream")
        told = [json.loads(line[6:]) for line in stream.iter_lines() if line.startswith("data: ")]
    assert [job["state"] for job in told] == ["done"]
    assert told[-1] == client.get(address).json()


def test_progress_is_told_while_a_file_is_read(client, served, library) -> None:
    address = send(client).headers["location"]
    heard: list[dict] = []
    library[1].before = lambda: heard.append(client.get(address).json())
    served.worker.work_off()
    assert {job["state"] for job in heard} == {"running"}
    done = [job["done"] for job in heard if job["stage"] == "encoding passages"]
    assert done == sorted(set(done))
    assert len(done) > 1
    assert all(0 < job["done"] <= job["total"] for job in heard if job["stage"] == "encoding passages")


# Known already.


def test_the_same_bytes_again_are_the_known_document(client, served) -> None:
    add(client, served)
    again = send(client, name="again.txt", fields={})
    assert (again.status_code, again.json()) == (200, {"job": None, "document": YUNXI})
    known = send(client, CORPUS_REPORT)
    assert (known.status_code, known.json()["document"]) == (200, "yuanshan-2029")


def test_the_same_text_in_another_file_is_told_and_not_added(client, served) -> None:
    job = add(client, served, "\ufeff" + CORPUS_REPORT)
    assert (job["state"], job["document"]) == ("done", "yuanshan-2029")
    assert [notice["code"] for notice in job["notices"]] == ["same_text"]
    assert ids(client) == ["yuanshan-2029"]


def test_another_version_of_a_report_is_told(client, served) -> None:
    add(client, served)
    job = add(client, served, TEXT.replace("88亿元", "89亿元"))
    assert job["document"] == f"{YUNXI}-2"
    assert [(one["code"], one["document"]) for one in job["notices"]] == [("other_version", YUNXI)]


# Replace, correct, remove.


def test_a_replaced_file_encodes_what_changed_and_keeps_what_is_known(client, served, library) -> None:
    add(client, served)
    client.patch(f"/api/documents/{YUNXI}", json={"speaker": "王小明"})
    library[1].heard.clear()
    changed = TEXT.replace("88亿元", "99亿元")
    accepted = client.put(f"/api/documents/{YUNXI}", files={"file": ("neu.txt", changed.encode())})
    assert accepted.status_code == 202
    served.worker.work_off()
    job = client.get(accepted.headers["location"]).json()
    assert (job["state"], job["document"], job["replaces"]) == ("done", YUNXI, YUNXI)
    assert 0 < len(library[1].heard) <= 2
    assert all("99亿元" in text for text in library[1].heard)
    told = client.get(f"/api/documents/{YUNXI}").json()
    assert (told["speaker"], told["file"]["name"]) == ("王小明", "neu.txt")
    assert client.get(f"/api/documents/{YUNXI}/text").text == changed
    same = client.put(f"/api/documents/{YUNXI}", files={"file": ("neu.txt", changed.encode())})
    assert (same.status_code, same.json()) == (200, {"job": None, "document": YUNXI})


def test_what_was_recognised_is_corrected_without_encoding(client, served, library) -> None:
    add(client, served)
    library[1].heard.clear()
    edited = client.patch(f"/api/documents/{YUNXI}", json={"place": "蓝水市云溪区", "title": "新的题目"})
    assert edited.status_code == 200
    assert (edited.json()["place"], edited.json()["title"]) == ("蓝水市云溪区", "新的题目")
    assert library[1].heard == []
    assert client.get(f"/api/documents/{YUNXI}").json()["place"] == "蓝水市云溪区"


def test_another_year_dates_the_passages_otherwise(client, served) -> None:
    add(client, served)
    client.patch(f"/api/documents/{YUNXI}", json={"year": 2030})
    hits = client.post("/api/search", json={"query": "社会消费品零售总额", "documents": [YUNXI]}).json()[
        "hits"
    ]
    assert "2029年" in {hit["period"]["label"] for hit in hits}


def test_what_is_removed_is_gone_from_answers_and_from_disk(client, served) -> None:
    add(client, served)
    gone = client.delete(f"/api/documents/{YUNXI}")
    assert gone.status_code == 200
    assert (gone.json()["document"], gone.json()["characters"]) == (YUNXI, len(TEXT))
    assert ids(client) == ["yuanshan-2029"]
    for path in ("", "/text", "/original"):
        assert client.get(f"/api/documents/{YUNXI}{path}").status_code == 404
    files = [path for path in served.settings.data.rglob("*") if path.is_file()]
    assert [path for path in files if "青山市云溪区".encode() in path.read_bytes()] == []
    # The record of who removed what names it, and nothing else does.
    assert [path.name for path in files if YUNXI.encode() in path.read_bytes()] == [AUDIT_LOG]
    assert client.delete(f"/api/documents/{YUNXI}").status_code == 404


def test_a_document_of_the_corpus_folder_is_not_changed(client) -> None:
    for response in (
        client.delete("/api/documents/yuanshan-2029"),
        client.patch("/api/documents/yuanshan-2029", json={"year": 2030}),
        client.put("/api/documents/yuanshan-2029", files={"file": ("a.txt", TEXT.encode())}),
    ):
        assert (response.status_code, response.json()["type"]) == (409, f"{URN}document-read-only")


@pytest.mark.parametrize("document", ["atlantis", "..", "%2e%2e", "..%2f..%2fkeys", "A" * 300])
def test_an_unknown_document_is_404_by_every_method(client, document) -> None:
    address = f"/api/documents/{document}"
    assert client.delete(address).status_code in (404, 405)
    assert client.patch(address, json={"year": 2030}).status_code in (404, 405)
    assert client.put(address, files={"file": ("a.txt", b"a")}).status_code in (404, 405)


# What is not taken.


@pytest.mark.parametrize(
    ("data", "status", "problem"),
    [
        (b"\x89PNG\r\n\x1a\n0000", 415, "unknown-file-kind"),
        (b"MZ\x90\x00", 415, "unknown-file-kind"),
        (b"", 422, "unreadable-file"),
        (b" \n", 422, "unreadable-file"),
    ],
)
def test_a_file_that_nobody_reads_is_refused_at_once(client, served, data, status, problem) -> None:
    refused = send(client, data, "a.txt")
    assert (refused.status_code, refused.json()["type"]) == (status, URN + problem)
    assert served.jobs.jobs() == []


def test_a_file_that_is_too_large_is_refused_by_its_length(client, monkeypatch) -> None:
    monkeypatch.setattr("rag.api.middleware.MAX_UPLOAD_BYTES", 1_000)
    refused = send(client, "一" * 2_000)
    assert (refused.status_code, refused.json()["type"]) == (413, f"{URN}file-too-large")


@pytest.mark.parametrize("text", ["#\n#\n", "The GDP of the district grew by 5 % in 2030. " * 30])
def test_what_holds_no_chinese_fails_with_a_sentence(client, served, text) -> None:
    job = add(client, served, text, fields={**PLACE, "year": "2031"})
    assert (job["state"], job["document"]) == ("failed", None)
    assert job["problem"]["code"] == "no_chinese"
    assert "Chinese" in job["problem"]["detail"]
    assert ids(client) == ["yuanshan-2029"]
    assert list((served.settings.data / "library").rglob("original")) == []


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"year": "12"}, "year"),
        ({"year": "zwölf"}, "year"),
        ({"date": "gestern"}, "date"),
        ({"colour": "red"}, "colour"),
        ({"title": "a\x00b"}, "title"),
        ({"place": "长" * 300}, "place"),
    ],
)
def test_a_field_that_is_not_understood_is_named(client, fields, words) -> None:
    refused = send(client, fields=fields)
    assert (refused.status_code, refused.json()["type"]) == (422, f"{URN}invalid-request")
    assert words in refused.json()["detail"]


def test_a_body_that_is_no_form_with_a_file_is_refused(client) -> None:
    assert client.post("/api/documents", json={"file": "a"}).json()["type"] == f"{URN}not-a-form"
    missing = client.post("/api/documents", files={"other": ("a.txt", b"a")})
    assert missing.status_code == 422
    broken = client.post(
        "/api/documents", content=b"--x\r\n", headers={"Content-Type": "multipart/form-data; boundary=y"}
    )
    assert broken.status_code == 422


@pytest.mark.parametrize("name", ["../../keys.json", "a" * 300 + ".txt", "\u202etxt.exe", "CON", "..", "/"])
def test_no_name_of_a_file_is_a_path(client, served, name) -> None:
    job = add(client, served, name=name)
    assert job["state"] == "done"
    told = client.get(f"/api/documents/{job['document']}").json()["file"]["name"]
    assert told
    assert not {"/", "\\", "\u202e"} & set(told)
    assert not (served.settings.data / "keys.json").exists()


# Who may.


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Origin": "http://evil.example"}, 403),
        ({"Origin": "null"}, 403),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "same-site", "Origin": "http://127.0.0.1"}, 403),
        ({"X-Forwarded-For": "203.0.113.7"}, 403),
        ({"Origin": "http://127.0.0.1"}, 202),
        ({"Sec-Fetch-Site": "same-origin"}, 202),
        ({}, 202),
    ],
)
def test_only_this_machine_and_no_page_of_another_site_may_add(client, headers, status) -> None:
    assert send(client, headers=headers).status_code == status


def test_another_machine_may_not_change_documents(served) -> None:
    with TestClient(create_api(served), base_url="http://127.0.0.1", client=("203.0.113.7", 1)) as client:
        for response in (
            send(client),
            client.delete("/api/documents/yuanshan-2029"),
            client.patch("/api/documents/yuanshan-2029", json={}),
            client.put("/api/documents/yuanshan-2029", files={"file": ("a", b"a")}),
            client.get("/api/jobs"),
        ):
            assert (response.status_code, response.json()["type"]) == (403, f"{URN}uploads-refused")
        assert client.get("/api/documents").status_code == 200


@pytest.mark.parametrize("uploads", [Uploads.OFF, Uploads.KEYS])
def test_uploads_that_are_off_or_need_a_key_are_refused_without_one(served, uploads) -> None:
    served.settings = served.settings.model_copy(update={"uploads": uploads})
    with TestClient(create_api(served), base_url="http://127.0.0.1", client=HERE) as client:
        assert send(client).status_code == 403


def test_a_job_that_lacks_place_or_year_is_completed_without_sending_the_file_again(client, served) -> None:
    body = TEXT[TEXT.index("一、") :].replace("云溪", "").replace("2031年", "今年").replace("2030年", "去年")
    address = send(client, f"工作情况\n\n{body}", fields={}).headers["location"]
    served.worker.work_off()
    job = client.get(address).json()
    assert (job["state"], job["problem"]["type"]) == ("failed", f"{URN}metadata-needed")
    assert job["problem"]["fields"] == ["place", "year"]
    assert job["problem"]["recognised"]["title"]
    assert client.patch(address, json={"year": "zwölf"}).status_code == 422
    assert client.patch(address, json={**PLACE, "year": 2031}).json()["state"] == "queued"
    served.worker.work_off()
    job = client.get(address).json()
    assert (job["state"], job["document"]) == ("done", YUNXI)
    again = client.patch(address, json=PLACE)
    assert (again.status_code, again.json()["type"]) == (409, f"{URN}job-not-waiting")
    assert client.delete(address).json()["state"] == "done"
    unknown = client.patch("/api/jobs/" + "0" * 32, json=PLACE)
    assert (unknown.status_code, unknown.json()["type"]) == (404, f"{URN}job-not-found")
