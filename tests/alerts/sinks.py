"""Follow what is spoken or texted back through the code to the catalogue of sentences."""

import ast
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

WORDING = "oncall.alerts.wording"
ENTRY = "oncall.contacts.model.Entry"
SENT = "Body"  # the carrier's name for the words of a text
KEPT = "body"  # the field of an entry in which a text is kept until it is sent
WRAPPERS = {"transliterate"}  # they change letters, not words
OF_PEOPLE = {"text.body", "words", "body.strip()"}  # what people have written goes on as it is
Function = ast.FunctionDef | ast.Lambda


@dataclass(frozen=True)
class Module:
    """One module of the code, taken apart."""

    name: str
    parts: Sequence[ast.AST]
    parents: Mapping[ast.AST, ast.AST]
    imports: Mapping[str, str]  # by the name used here: the full name

    @classmethod
    def read(cls, name: str, source: str) -> "Module":
        """Parse a module."""
        parts = tuple(ast.walk(ast.parse(source)))
        parents = {child: part for part in parts for child in ast.iter_child_nodes(part)}
        imports = {
            alias.asname or alias.name: f"{part.module}.{alias.name}"
            for part in parts
            if isinstance(part, ast.ImportFrom)
            for alias in part.names
        }
        return cls(name, parts, parents, imports)

    def around(self, part: ast.AST) -> Iterator[Function]:
        """Yield the functions around a part, the innermost first."""
        outer = self.parents.get(part)
        while outer is not None:
            if isinstance(outer, Function):
                yield outer
            outer = self.parents.get(outer)

    def returned_by(self, name: str) -> list[ast.expr]:
        """Return what the functions of that name return."""
        return [
            part.value
            for part in self.parts
            if isinstance(part, ast.Return) and part.value and _name(next(self.around(part))) == name
        ]


@dataclass
class Tracer:
    """Finds words that are handed to the carrier and are not of the catalogue."""

    modules: Sequence[Module]
    followed: set[tuple[ast.AST, str]] = field(default_factory=set)  # parameters, by their function

    def find_strays(self) -> list[str]:
        """Return where something else than a sentence of the catalogue is spoken, texted or kept."""
        return [
            f"{module.name}:{words.lineno}: {ast.unparse(words)}"
            for module in self.modules
            for part in module.parts
            for words in _handed_over(module, part)
            if not self.is_of_catalogue(module, words)
        ]

    def is_of_catalogue(self, module: Module, words: ast.expr) -> bool:
        """Return whether the words can only have come from the catalogue."""
        match words:
            case ast.Constant(value=None | ""):
                return True
            case ast.Call(func=ast.Name(id=name), args=[inner, *_]) if name in WRAPPERS:
                return self.is_of_catalogue(module, inner)
            case ast.Call(func=ast.Name(id="str"), args=[ast.Subscript(slice=ast.Constant(value=key))]):
                return key == KEPT  # it was looked at when it was kept
            case ast.Call(func=ast.Attribute(attr="in_language")):
                return True
            case ast.Call(func=called):
                return self._returns_words(module, called)
            case ast.BoolOp(values=values):
                return all(self.is_of_catalogue(module, each) for each in values)
            case ast.IfExp(body=one, orelse=other):
                return self.is_of_catalogue(module, one) and self.is_of_catalogue(module, other)
            case ast.Name():
                return self._holds_words(module, words)
        return False

    def _returns_words(self, module: Module, called: ast.expr) -> bool:
        name, full = _name(called), module.imports.get(_name(called), "")
        if isinstance(called, ast.Attribute):
            full = f"{module.imports.get(_name(called.value), '')}.{name}"
        if full.startswith(f"{WORDING}."):
            return True
        home = next((each for each in self.modules if full == f"{each.name}.{name}"), module)
        returned = home.returned_by(name)
        return bool(returned) and all(self.is_of_catalogue(home, each) for each in returned)

    def _holds_words(self, module: Module, variable: ast.Name) -> bool:
        for function in module.around(variable):
            given = [
                part.value
                for part in ast.walk(function)
                if isinstance(part, ast.Assign) and variable.id in map(_name, part.targets)
            ]
            if given:
                return all(self.is_of_catalogue(module, each) for each in given)
            parameters = [each.arg for each in function.args.args]
            if isinstance(function, ast.FunctionDef) and variable.id in parameters:
                nth = parameters.index(variable.id) - (parameters[0] == "self")
                return self._is_given_words(module, function, variable.id, nth)
        return False

    def _is_given_words(self, module: Module, function: ast.FunctionDef, parameter: str, nth: int) -> bool:
        """Return whether every caller hands over words of the catalogue."""
        if (function, parameter) in self.followed:
            return True
        self.followed.add((function, parameter))
        callers = [module] if function.name.startswith("_") else self.modules
        return all(
            self.is_of_catalogue(caller, words)
            for caller in callers
            for call in caller.parts
            if isinstance(call, ast.Call) and _name(call.func) == function.name
            for words in (*call.args[nth : nth + 1], *_named(call, parameter))
        )


def _handed_over(module: Module, part: ast.AST) -> Iterator[ast.expr]:
    """Yield what a part of the code gives the carrier to say or to send, or keeps for sending."""
    match part:
        case ast.Call(func=ast.Attribute(attr="say"), args=[words]):  # a verb of the carrier's documents
            yield words
        case ast.Call(func=ast.Attribute(attr="text"), args=[_, _, words, *_]):
            yield words
        case ast.Dict(keys=keys, values=values):
            names = {SENT, KEPT} if ENTRY in module.imports.values() else {SENT}
            for key, words in zip(keys, values, strict=True):
                if (
                    isinstance(key, ast.Constant)
                    and key.value in names
                    and ast.unparse(words) not in OF_PEOPLE
                ):
                    yield words


def _named(call: ast.Call, argument: str) -> list[ast.expr]:
    return [given.value for given in call.keywords if given.arg == argument]


def _name(part: ast.AST) -> str:
    return str(getattr(part, "attr", getattr(part, "id", getattr(part, "name", ""))))
