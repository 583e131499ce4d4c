"""Making drivers: what is wrong with a factory or a driver is said at once, in words."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator, Mapping
from typing import Any, cast

from policycheck.errors import UsageError
from policycheck.testing.driver import ConsentDriver, ability

_NEEDED = ("start", "visit", "choose", "close")
_CHOICES = ("grant", "grant_all", "refuse_all", "withdraw", "change")
_MORE = (*_CHOICES, "advance", "asked", "gpc", "revise", "deciding", "open_tab")


def make_driver(factory: Callable[[], ConsentDriver]) -> ConsentDriver:
    """A driver from its factory. Raises :class:`UsageError` for what cannot be driven; what it raises goes through."""
    _check_factory(factory)
    driver: Any = factory()
    name = driver_name(factory)
    if driver is None:
        raise UsageError(f"the driver factory {name} returned None\n  fix: let it return the driver")
    for method in _NEEDED:
        if getattr(driver, method, None) is None:
            raise UsageError(f"the driver {type(driver).__name__} has no {method}()")
    _check_pages(driver)
    for method, found in _methods(driver):
        _check_method(type(driver).__name__, method, found)
    return driver  # type: ignore[no-any-return]


def driver_name(factory: object) -> str:
    """How a test spells the factory; a lambda has no name to call it by."""
    name = getattr(factory, "__name__", "")
    return name if name.isidentifier() else "make_driver"


def _check_factory(factory: Any) -> None:
    if not callable(factory):
        given = "None" if factory is None else f"an object of the class {type(factory).__name__}"
        raise UsageError(
            f"a driver factory is a class or a function that makes a driver for each visitor, not {given}\n"
            "  fix: give the class of your driver, or lambda: MyDriver(app)"
        )
    if inspect.isabstract(factory):
        missing = ", ".join(f"{name}()" for name in sorted(getattr(factory, "__abstractmethods__", ())))
        raise UsageError(
            f"the driver {driver_name(factory)} has no {missing}\n  fix: write it, as a method of the class"
        )
    try:
        signature = inspect.signature(factory)
    except (TypeError, ValueError):
        return
    try:
        signature.bind()
    except TypeError as error:
        name = driver_name(factory)
        raise UsageError(
            f"the driver factory {name} is called without arguments: {error}\n  fix: lambda: {name}(...)"
        ) from None


def _check_pages(driver: Any) -> None:
    pages = getattr(driver, "pages", None)
    name = type(driver).__name__
    if isinstance(pages, str):
        raise UsageError(f'the driver {name} has one text as its pages\n  fix: pages = ("{pages}",), with a comma')
    if not pages or not all(isinstance(page, str) for page in pages):
        raise UsageError(
            f'the driver {name} names no pages that a visitor could load\n  fix: pages = ("/",), a tuple of paths'
        )


def _methods(driver: Any) -> Iterator[tuple[str, object]]:
    for name in (*_NEEDED, *_MORE):
        found = ability(driver, name)
        if found is not None:
            yield f"{name}()", found
    given: object = ability(driver, "actions") or {}
    if not isinstance(given, Mapping):
        raise UsageError(
            f"the driver {type(driver).__name__} has no mapping as its actions\n"
            '  fix: actions = {"sign in": lambda driver: driver.post("/login")}'
        )
    actions = cast("Mapping[object, object]", given)
    yield from ((f"the action {name!r}", found) for name, found in actions.items())


def _check_method(driver: str, name: str, found: object) -> None:
    if not callable(found):
        raise UsageError(f"{name} of the driver {driver} cannot be called\n  fix: write it as a method")
    if inspect.iscoroutinefunction(found) or inspect.isasyncgenfunction(found):
        raise UsageError(
            f"{name} of the driver {driver} is asynchronous, and nobody would await it\n"
            "  fix: write def instead of async def; AsgiDriver and DjangoDriver(asgi=True) await the application"
        )
