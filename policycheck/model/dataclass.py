"""``dataclass``, ``field`` and ``replace`` as the standard library has them, without what they cost at import.

The standard library compiles up to seven methods for each class, and imports ``inspect`` for a start. With sixty
classes that was half of what a run paid for policycheck. Here ``__init__`` alone is compiled, when first used, and the
other methods are shared; and a frozen instance is made in half the time: each slot is set by its own descriptor.

To type checkers these *are* the standard library's. At run time a class has the same signature, equality, hash,
``repr`` and errors, can be pickled and copied, and ``dataclasses.replace``, ``fields`` and ``asdict`` take its
instances. Left out is what no class here uses: inheritance, order, ``ClassVar``, ``InitVar``, ``__post_init__``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

__all__ = ["dataclass", "field", "replace"]

if TYPE_CHECKING:
    from dataclasses import dataclass, field, replace
else:
    import sys
    from operator import attrgetter

    _ABSENT = object()

    class _Field:
        """What ``field()`` says about one attribute."""

        __slots__ = ("compare", "default", "factory", "hash", "repr")

        def __init__(self, default, factory, repr, hash, compare):  # noqa: A002 - the standard library's names
            self.default = default
            self.factory = factory
            self.repr = repr
            self.hash = hash
            self.compare = compare

    def field(*, default=_ABSENT, default_factory=_ABSENT, repr=True, hash=None, compare=True):  # noqa: A002
        """See :func:`dataclasses.field`."""
        return _Field(default, default_factory, repr, hash, compare)

    def dataclass(*, repr=True, eq=True, unsafe_hash=False, frozen=False, kw_only=False, slots=False):  # noqa: A002
        """See :func:`dataclasses.dataclass`."""

        def make(cls):
            fields = {name: _said_of(vars(cls).get(name, _ABSENT)) for name in cls.__annotations__}
            cls = _rebuilt(cls, fields, slots)
            methods = {}
            if repr:
                methods["__repr__"] = _repr_of([name for name, said in fields.items() if said.repr])
            if eq:
                methods["__eq__"] = _eq_of([name for name, said in fields.items() if said.compare])
            for name, method in methods.items():
                if name not in vars(cls):
                    method.__name__, method.__qualname__ = name, f"{cls.__qualname__}.{name}"
                    setattr(cls, name, method)
            if "__init__" not in vars(cls):
                cls.__init__ = _LateInit(cls, fields, frozen, kw_only)
            if unsafe_hash or (eq and frozen):
                if vars(cls).get("__hash__") is None:
                    cls.__hash__ = _hash_of(
                        [name for name, said in fields.items() if (said.compare if said.hash is None else said.hash)]
                    )
            elif eq:
                cls.__hash__ = None
            if frozen:
                cls.__setattr__, cls.__delattr__ = _refuse_to_set, _refuse_to_delete
                if slots:
                    cls.__getstate__, cls.__setstate__ = _state, _set_state
            cls.__match_args__ = () if kw_only else tuple(fields)
            cls.__replace__ = replace
            cls.__dataclass_fields__ = _StandardFields(fields, kw_only)
            return cls

        return make

    def replace(self, /, **changes):
        """See :func:`dataclasses.replace`."""
        for name in vars(self.__class__)["__dataclass_fields__"].names:
            if name not in changes:
                changes[name] = getattr(self, name)
        return self.__class__(**changes)

    class _LateInit:
        """Stands for ``__init__`` until somebody looks: most classes are not used in most runs."""

        def __init__(self, *known):
            self._known = known

        def __get__(self, instance, owner):
            cls = self._known[0]
            cls.__init__ = init = _init(*self._known)
            return init.__get__(instance, owner)

    class _StandardFields:
        """The standard library's own description of the fields, made when it first asks for it."""

        def __init__(self, fields, kw_only):
            self.names = tuple(fields)
            self._fields = fields
            self._kw_only = kw_only
            self._made = None

        def __get__(self, instance, owner):
            if self._made is None:
                self._made = self._make(owner)
            return self._made

        def _make(self, owner):
            import dataclasses

            described = []
            for name, said in self._fields.items():
                options = {"repr": said.repr, "hash": said.hash, "compare": said.compare}
                if said.default is not _ABSENT:
                    options["default"] = said.default
                if said.factory is not _ABSENT:
                    options["default_factory"] = said.factory
                described.append((name, owner.__annotations__[name], dataclasses.field(**options)))
            made = dataclasses.make_dataclass(owner.__name__, described, kw_only=self._kw_only)
            return made.__dataclass_fields__

    def _said_of(default):
        return default if isinstance(default, _Field) else _Field(default, _ABSENT, True, None, True)

    def _rebuilt(cls, fields, slots):
        """The class with its defaults as attributes; with slots, one of the same name in which they are slots."""
        if not slots:
            for name, said in fields.items():
                if said.default is not _ABSENT:
                    setattr(cls, name, said.default)
                elif name in vars(cls):
                    delattr(cls, name)
            return cls
        contents = {name: content for name, content in vars(cls).items() if name not in fields}
        contents.pop("__dict__", None)
        contents.pop("__weakref__", None)
        contents["__slots__"] = tuple(fields)
        made = type(cls)(cls.__name__, cls.__bases__, contents)
        made.__qualname__ = cls.__qualname__
        return made

    def _init(cls, fields, frozen, kw_only):
        """Compile ``__init__``, which has to be fast, and whose signature people read."""
        known = {"_absent": _ABSENT}
        parameters, lines = ["self", "*"] if kw_only and fields else ["self"], []
        for name, said in fields.items():
            content = name
            if said.factory is not _ABSENT:
                known[f"_make_{name}"] = said.factory
                parameters.append(f"{name}=_absent")
                content = f"_make_{name}() if {name} is _absent else {name}"
            elif said.default is not _ABSENT:
                known[f"_default_{name}"] = said.default
                parameters.append(f"{name}=_default_{name}")
            else:
                parameters.append(name)
            if frozen:
                known[f"_set_{name}"] = _setter(cls, name)
                lines.append(f"_set_{name}(self, {content})")
            else:
                lines.append(f"self.{name} = {content}")
        source = (
            f"def make({', '.join(known)}):\n def __init__({', '.join(parameters)}):\n  "
            + ("\n  ".join(lines) or "pass")
            + "\n return __init__"
        )
        found = {}
        exec(source, sys.modules[cls.__module__].__dict__, found)  # noqa: S102 - names of fields, no input
        init = found["make"](**known)
        init.__qualname__ = f"{cls.__qualname__}.__init__"
        init.__annotations__ = {**cls.__annotations__, "return": None}
        return init

    def _setter(cls, name):
        slot = vars(cls).get(name)
        if hasattr(slot, "__set__"):
            return slot.__set__
        return lambda self, content: object.__setattr__(self, name, content)

    def _values_of(names):
        """A function from an instance to the tuple of these attributes."""
        if not names:
            return lambda self: ()
        values = attrgetter(*names)
        return values if len(names) > 1 else lambda self: (values(self),)

    def _eq_of(names):
        values = _values_of(names)

        def equal(self, other):
            if other is self:
                return True
            if other.__class__ is not self.__class__:
                return NotImplemented
            return values(self) == values(other)

        return equal

    def _hash_of(names):
        values = _values_of(names)

        def hashed(self):
            return hash(values(self))

        return hashed

    def _repr_of(names):
        def shown(self):
            pairs = ", ".join(f"{name}={getattr(self, name)!r}" for name in names)
            return f"{self.__class__.__qualname__}({pairs})"

        return shown

    def _refuse_to_set(self, name, value):
        from dataclasses import FrozenInstanceError

        raise FrozenInstanceError(f"cannot assign to field {name!r}")

    def _refuse_to_delete(self, name):
        from dataclasses import FrozenInstanceError

        raise FrozenInstanceError(f"cannot delete field {name!r}")

    def _state(self):
        return [getattr(self, name) for name in self.__slots__]

    def _set_state(self, state):
        for name, content in zip(self.__slots__, state, strict=True):
            object.__setattr__(self, name, content)
