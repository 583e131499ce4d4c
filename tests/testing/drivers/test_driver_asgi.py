"""ASGI: lifespan, an event loop of the driver's own, whatever runs around it, and a clock that stands still."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from contextvars import ContextVar
from typing import Any

import anyio
import pytest
from starlette.applications import Starlette
from starlette.background import BackgroundTask
from starlette.requests import Request
from starlette.responses import PlainTextResponse, StreamingResponse
from starlette.routing import Route

from policycheck.recording import Recorder
from policycheck.testing.clock import Clock, ProcessClock
from policycheck.testing.drivers import AsgiDriver, DriverError, HttpDriver, StarletteDriver

SETTING: ContextVar[str] = ContextVar("setting", default="none")


class Asgi(AsgiDriver):
    def choose(self, granted: frozenset[str]) -> None:
        self.get("/")


class Star(StarletteDriver):
    def choose(self, granted: frozenset[str]) -> None:
        self.get("/")


Start = Callable[..., HttpDriver]


def service(log: list[str]) -> Starlette:
    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[dict[str, Any]]:
        log.append("up")
        async with anyio.create_task_group() as group:
            yield {"lock": asyncio.Lock(), "loop": asyncio.get_running_loop()}
            group.cancel_scope.cancel()
        log.append("down")

    async def home(request: Request) -> PlainTextResponse:
        async with request.state.lock:
            same = request.state.loop is asyncio.get_running_loop()
        return PlainTextResponse(f"{SETTING.get()} {same} {threading.current_thread() is threading.main_thread()}")

    async def later(request: Request) -> PlainTextResponse:
        async def task() -> None:
            await asyncio.sleep(0.01)
            log.append("task")

        return PlainTextResponse("soon", background=BackgroundTask(task))

    async def stream(request: Request) -> StreamingResponse:
        async def parts() -> AsyncIterator[str]:
            for number in range(3):
                await asyncio.sleep(0)
                yield str(number)

        return StreamingResponse(parts())

    async def in_thread(request: Request) -> PlainTextResponse:
        return PlainTextResponse(await anyio.to_thread.run_sync(SETTING.get))

    async def slow(request: Request) -> PlainTextResponse:
        before = time.time()
        async with asyncio.timeout(5):
            await asyncio.sleep(0.01)
        return PlainTextResponse(str(time.time() - before))

    routes = {"/": home, "/later": later, "/stream": stream, "/thread": in_thread, "/slow": slow}
    return Starlette(routes=[Route(path, view) for path, view in routes.items()], lifespan=lifespan)


@pytest.mark.parametrize("kind", [Asgi, Star])
def test_the_application_starts_serves_and_shuts_down(kind: type[HttpDriver]) -> None:
    log: list[str] = []
    driver: Any = kind(service(log))  # type: ignore[call-arg]
    driver.start(Recorder(), Clock())
    assert log == ["up"]
    assert driver.get("/").text == "none True True"
    assert driver.get("/later").text == "soon"
    assert driver.get("/stream").text == "012"
    driver.close()
    assert log == ["up", "task", "down"]
    driver.close()
    with pytest.raises(DriverError, match=r"runs from start\(\) to close\(\) only"):
        driver.get("/")


def test_context_variables_of_the_test_are_those_of_the_application(start: Start) -> None:
    token = SETTING.set("mine")
    try:
        driver = start(Star(service([])))
        assert driver.get("/").text == "mine True True"
        assert driver.get("/thread").text == "mine"
    finally:
        SETTING.reset(token)
    assert driver.get("/thread").text == "none"


def test_within_an_asynchronous_test_the_loop_has_a_thread() -> None:
    """And one that was started outside goes on inside, and the other way round, with one loop throughout."""
    log: list[str] = []
    driver = Star(service(log))
    driver.start(Recorder(), Clock())

    async def inside() -> str:
        SETTING.set("inside")
        text = driver.get("/").text
        await asyncio.sleep(0)
        return text

    assert asyncio.run(inside()) == "inside True False"
    assert driver.get("/").text == "none True True"
    asyncio.run(_closed(driver))
    assert log == ["up", "down"]


async def _closed(driver: HttpDriver) -> None:
    driver.close()


@pytest.mark.asyncio
async def test_it_works_under_pytest_asyncio(start: Start) -> None:
    driver = start(Star(service([])))
    assert driver.get("/stream").text == "012"
    with pytest.raises(DriverError, match="answered 404"):
        driver.get("/none")
    driver.close()


def test_what_is_raised_in_that_thread_reaches_the_test(start: Start) -> None:
    async def broken(scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "http":
            raise ZeroDivisionError

    driver = start(Asgi(broken))

    async def inside() -> None:
        with pytest.raises(ZeroDivisionError) as failure:
            driver.get("/")
        assert "broken" in [entry.name for entry in failure.traceback]

    asyncio.run(inside())


def test_the_current_loop_of_the_thread_stays_that_of_others() -> None:
    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)
    try:
        driver = Star(service([]))
        driver.start(Recorder(), Clock())
        driver.get("/")
        driver.close()
        assert asyncio.get_event_loop() is loop
    finally:
        asyncio.set_event_loop(None)
        loop.close()


def test_timers_go_on_while_the_clock_stands_still(start: Start) -> None:
    with ProcessClock() as clock:
        driver = Star(service([]))
        driver.start(Recorder(now=clock.now), clock)
        assert float(driver.get("/slow").text) == 0
        clock.advance(86_400)
        assert float(driver.get("/slow").text) == 0
        driver.close()


def lifespan_app(*, at: str, how: str) -> Any:
    async def app(scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "lifespan":
            await send({"type": "http.response.start", "status": 204})
            await send({"type": "http.response.body"})
            return
        for phase in ("startup", "shutdown"):
            await receive()
            if phase == at and how == "raises":
                raise ZeroDivisionError(phase)
            if phase == at:
                await send({"type": f"lifespan.{phase}.failed", "message": "s3cr3t"})
                if how == "says and raises":
                    raise ZeroDivisionError(phase)
                return
            await send({"type": f"lifespan.{phase}.complete"})

    return app


@pytest.mark.parametrize("how", ["says", "says and raises"])
def test_a_start_that_fails_is_no_journey(how: str) -> None:
    error = DriverError if how == "says" else ZeroDivisionError
    with pytest.raises(error, match="startup") as failure:
        Asgi(lifespan_app(at="startup", how=how)).start(Recorder(), Clock())
    assert "s3cr3t" not in str(failure.value)


@pytest.mark.parametrize("how", ["says", "raises", "says and raises"])
def test_a_shut_down_that_fails_is_told(how: str) -> None:
    driver = Asgi(lifespan_app(at="shutdown", how=how))
    driver.start(Recorder(), Clock())
    assert driver.get("/").status == 204
    with pytest.raises(DriverError if how == "says" else ZeroDivisionError, match="shutdown"):
        driver.close()
    driver.close()


def test_an_application_without_lifespan_is_driven_all_the_same() -> None:
    driver = Asgi(lifespan_app(at="startup", how="raises"))
    driver.start(Recorder(), Clock())
    assert driver.get("/").status == 204
    driver.close()


def test_an_application_that_does_not_answer(start: Start) -> None:
    async def silent(scope: Any, receive: Any, send: Any) -> None:
        pass

    driver = start(Asgi(silent))
    with pytest.raises(DriverError, match="GET /: the application returned without a response"):
        driver.get("/")


def test_who_listens_for_the_end_hears_of_it(start: Start) -> None:
    heard: list[str] = []

    async def patient(scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "lifespan":
            return
        await receive()
        waiting = asyncio.create_task(receive())
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"a", "more_body": True})
        assert not waiting.done()
        await send({"type": "http.response.body", "body": b"b"})
        heard.append((await waiting)["type"])

    assert start(Asgi(patient)).get("/").text == "ab"
    assert heard == ["http.disconnect"]


def test_what_is_raised_after_the_answer_is_not_lost(start: Start) -> None:
    async def late(scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "lifespan":
            return
        await send({"type": "http.response.start", "status": 200, "headers": [(b"set-cookie", b"a=1")]})
        await send({"type": "http.response.body", "body": b"fine"})
        raise ZeroDivisionError

    driver = start(Asgi(late))
    with pytest.raises(ZeroDivisionError):
        driver.get("/")
    assert [o.name for o in driver.recorder.observations] == ["a"]
