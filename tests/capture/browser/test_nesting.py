"""Messages for frames and workers travel wrapped in those of their page, as deep as they lie."""

from __future__ import annotations

import json
from typing import Any

from policycheck.capture.browser.nesting import Nesting

PATH = ("page", "frame", "worker")


def unwrapped(params: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    return params["sessionId"], json.loads(params["message"])


def received(session: str, message: dict[str, Any]) -> dict[str, Any]:
    return {"sessionId": session, "message": json.dumps(message)}


def test_a_command_goes_down_and_its_answer_comes_up() -> None:
    nesting = Nesting(lambda *_: None)
    answers: list[Any] = []
    method, params = nesting.wrap(PATH, "Runtime.evaluate", {"expression": "0"}, answers.append)
    assert method == "Target.sendMessageToTarget"
    frame, outer = unwrapped(params)
    assert (frame, outer["method"]) == ("frame", "Target.sendMessageToTarget")
    worker, inner = unwrapped(outer["params"])
    assert (worker, inner["method"], inner["params"]) == ("worker", "Runtime.evaluate", {"expression": "0"})
    answer = received("worker", {"id": inner["id"], "result": {"value": 1}})
    passed = received("frame", {"method": "Target.receivedMessageFromTarget", "params": answer})
    nesting.event(("page",), "Target.receivedMessageFromTarget", passed)
    nesting.event(("page",), "Target.receivedMessageFromTarget", passed)
    assert answers == [{"value": 1}]


def test_an_error_answers_none() -> None:
    nesting = Nesting(lambda *_: None)
    answers: list[Any] = []
    _, params = nesting.wrap(PATH[:2], "Nothing.like", {}, answers.append)
    _, message = unwrapped(params)
    nesting.event(("page",), "Target.receivedMessageFromTarget", received("frame", {"id": message["id"], "error": {}}))
    assert answers == [None]


def test_an_event_comes_with_its_session() -> None:
    events: list[Any] = []
    nesting = Nesting(lambda *event: events.append(event))
    event = {"method": "Runtime.bindingCalled", "params": {"name": "x"}}
    passed = received("frame", {"method": "Target.receivedMessageFromTarget", "params": received("worker", event)})
    nesting.event(("page",), "Target.receivedMessageFromTarget", passed)
    nesting.event(("page",), "Page.frameNavigated", {})
    assert events == [(PATH, "Runtime.bindingCalled", {"name": "x"}), (("page",), "Page.frameNavigated", {})]


def test_who_is_gone_answers_none_and_others_are_waited_for() -> None:
    nesting = Nesting(lambda *_: None)
    answers: list[Any] = []
    nesting.wrap(PATH, "Runtime.evaluate", {}, lambda _: answers.append("worker"))
    nesting.wrap(("page", "other"), "Runtime.evaluate", {}, lambda _: answers.append("other"))
    nesting.event(("page",), "Target.detachedFromTarget", {"sessionId": "frame"})
    assert answers == ["worker"]
    nesting.lost(("page",))
    assert answers == ["worker", "other"]
