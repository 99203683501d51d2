"""`mpp serve portal`: the pages in a process of their own, before a mall at an address."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
import requests

from tests.e2e.portal.filing import registered
from tests.e2e.portal.pages import Pages
from tests.support.mall import MPP, Mall, clean_environment
from tests.support.rabbitmq_node import free_port
from tests.support.wait import until

KEY = "5c" * 32


def serving(mall_url: str, port: int, **more: str) -> subprocess.Popen[str]:
    told = clean_environment(MPP_URL=mall_url, PORT=str(port), **more)
    return subprocess.Popen(
        [str(MPP), "serve", "portal"], env=told, cwd="/", stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )


@pytest.fixture
def apart(shop: Mall) -> Iterator[str]:
    """The address of pages that stand apart."""
    port = free_port()
    process = serving(shop.url, port, MPP_SESSION_KEY=KEY)
    url = f"http://127.0.0.1:{port}"

    def ready() -> bool:
        assert process.poll() is None, process.stdout and process.stdout.read()
        try:
            return requests.get(f"{url}/masuk", timeout=5).ok
        except requests.RequestException:
            return False

    try:
        until(ready, 30, "mpp serve portal")
        yield url
    finally:
        process.terminate()
        process.communicate(timeout=60)
        assert process.returncode == 0


def test_the_same_pages_stand_apart_from_the_mall(apart: str) -> None:
    clerk = Pages(apart).sign_in("petugas.sukodono")
    receipt = registered(clerk, 720)
    assert f"{apart}/lacak/" in receipt.text
    assert "35 layanan" in clerk.open("/").words


def test_a_mall_that_is_away_is_told_in_words() -> None:
    port = free_port()
    process = serving(f"http://127.0.0.1:{free_port()}", port, MPP_SESSION_KEY=KEY)
    try:
        (page,) = until(lambda: answered(port), 30, "mpp serve portal")
        assert page.status_code == 503
        assert "Layanan sedang tidak menjawab" in page.text
    finally:
        process.terminate()
        process.communicate(timeout=60)
        assert process.returncode == 0


def answered(port: int) -> list[requests.Response]:
    try:
        return [requests.get(f"http://127.0.0.1:{port}/", timeout=10)]
    except requests.RequestException:
        return []


@pytest.mark.parametrize("time", range(3))
def test_it_ends_when_it_is_told_to_in_the_middle_of_pages(time: int) -> None:
    port, pages = free_port(), list[requests.Response]()
    process = serving(f"http://127.0.0.1:{free_port()}", port, MPP_SESSION_KEY=KEY)

    def visit() -> None:
        while page := answered(port):
            pages.extend(page)

    with ThreadPoolExecutor(4) as visitors:
        try:
            until(lambda: answered(port), what="mpp serve portal")
            for _ in range(4):
                visitors.submit(visit)
            until(lambda: len(pages) > 20, what="pages", moves=lambda: len(pages))
            process.terminate()
            process.communicate(timeout=60)
            assert process.returncode == 0
        finally:
            process.kill()
            process.communicate()


def test_without_a_key_for_its_cookies_it_says_so_in_one_line() -> None:
    process = serving("http://127.0.0.1:1", free_port())
    told, _ = process.communicate(timeout=60)
    assert process.returncode == 1
    assert "MPP_SESSION_KEY" in told
    assert len(told.strip().splitlines()) == 1
