"""What one file says, in words that fit every language: definitions with bodies of small instructions.

A body is a list of instructions over *slots*. A slot is one version of one variable, or a temporary; the front end has
already resolved scopes and control flow, so that a slot is written by few instructions (local variables are renamed
at each assignment, joins copy the versions that meet into a new slot). Slots are numbered per file. A definition owns
the half-open range ``slots``; the range encloses those of the definitions nested in it, so that a function and all
its closures can be copied by adding one offset.

Everything here is frozen, and a pure function of the file's bytes. ``site`` fields index ``FileFacts.sites``; ``-1``
means none. Slots that are absent are ``-1``.
"""

from __future__ import annotations

import enum

import msgspec

from navigator.callgraph import Span

NONE = -1


class DefinitionKind(enum.IntEnum):
    MODULE = 0
    CLASS = 1
    FUNCTION = 2
    LAMBDA = 3
    """A function without a name."""
    NAMESPACE = 4
    """A block whose exported names become members of an object (TypeScript)."""


class ParameterKind(enum.IntEnum):
    POSITIONAL_ONLY = 0
    POSITIONAL = 1
    REST = 2
    """``*args``"""
    KEYWORD_ONLY = 3
    KEYWORDS = 4
    """``**kwargs``"""
    RECEIVER = 5
    """What the function is a member of where it is called (``this``); takes no argument's place."""
    ARGUMENTS = 6
    """A sequence of all arguments (``arguments``); takes no argument's place."""


class TypeRef(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """An annotation: a dotted name applied to arguments. A union has the name ``|``; what is not a type is ``?``.

    String annotations are parsed. ``list[A.B] | None`` is ``|`` of ``list`` of ``A.B``, and ``None``.
    """

    name: str
    arguments: tuple[TypeRef, ...] = ()


class Parameter(msgspec.Struct, frozen=True, array_like=True, gc=False):
    name: str
    kind: ParameterKind
    slot: int
    """Where the value arrives."""
    default: int = NONE
    """A slot of the enclosing definition, evaluated when the function is defined."""
    annotation: TypeRef | None = None


class Instruction(msgspec.Struct, frozen=True, array_like=True, gc=False, tag_field="op"):
    """Base of all instructions. ``target`` is the slot written."""


class Move(Instruction, frozen=True, tag=0):
    target: int
    source: int


class Text(Instruction, frozen=True, tag=1):
    """A string constant that could name something (at most 200 characters, no white space)."""

    target: int
    value: str


class Format(Instruction, frozen=True, tag=2):
    """A string put together: constant parts and slots, as f-strings, ``%`` and ``str.format`` with a constant do.

    A part that is not known is a slot that nothing fills. ``str.format`` is a ``CallMember`` with the same target too.
    ECMAScript's ``+`` is one wherever it could join strings.
    """

    target: int
    parts: tuple[str | int, ...]


class Literal(Instruction, frozen=True, tag=3):
    """A constant of a built-in type other than a naming string: the language's type name (``str``, ``int``, ...).

    Python's are ``str bytes int float complex bool None ellipsis slice``, and ``TypeVar`` for a type parameter.
    ECMAScript's are ``str number bool null undefined regexp``; small whole numbers are ``number:12``.
    """

    target: int
    type: str


class Closure(Instruction, frozen=True, tag=4):
    """A function or lambda becomes a value. ``definition`` indexes ``FileFacts.definitions``."""

    target: int
    definition: int


class MakeClass(Instruction, frozen=True, tag=5):
    """A class statement: runs the class body, then makes the class. ``keywords`` holds ``metaclass=`` and others."""

    target: int
    definition: int
    bases: tuple[int, ...]
    keywords: tuple[tuple[str, int], ...]
    site: int


class Collection(Instruction, frozen=True, tag=6):
    """A display: ``list``, ``tuple``, ``set``, ``dict``, ``object`` or ``generator`` with elements by key.

    Keys are positions for sequences while they are known, constants for mappings; ``None`` is an unknown position or
    key (in a comprehension, say). ``spreads`` are slots whose elements are all included (``*a``, ``**d``).
    ``keys`` are slots of key values that are not constants.
    """

    target: int
    type: str
    elements: tuple[tuple[int | str | None, int], ...]
    spreads: tuple[int, ...] = ()
    keys: tuple[int, ...] = ()


class Call(Instruction, frozen=True, tag=7):
    """``function(*arguments)``. A starred argument is the bitwise complement of its slot; ``**`` has no name."""

    target: int
    function: int
    arguments: tuple[int, ...]
    keywords: tuple[tuple[str | None, int], ...]
    site: int
    decorator: bool = False


class CallMember(Instruction, frozen=True, tag=8):
    """``receiver.name(*arguments)``; arguments as in ``Call``."""

    target: int
    receiver: int
    name: str
    arguments: tuple[int, ...]
    keywords: tuple[tuple[str | None, int], ...]
    site: int


class Member(Instruction, frozen=True, tag=9):
    """``target = receiver.name``"""

    target: int
    receiver: int
    name: str
    site: int


class SetMember(Instruction, frozen=True, tag=10):
    """``receiver.name = source``; with no source the member is deleted."""

    receiver: int
    name: str
    source: int
    site: int


class Element(Instruction, frozen=True, tag=11):
    """``target = receiver[key]``: a constant key, or the slot ``index`` that holds it."""

    target: int
    receiver: int
    key: int | str | None
    index: int
    site: int


class SetElement(Instruction, frozen=True, tag=12):
    """``receiver[key] = source``; with no source the element is deleted.

    For a slice ``index`` holds a ``Literal`` of type ``slice``, and ``source`` an element of what is assigned.
    """

    receiver: int
    key: int | str | None
    index: int
    source: int
    site: int


class Slice(Instruction, frozen=True, tag=13):
    """``target = receiver[start:stop]``: the same kind of container; ``start`` is known or ``None``."""

    target: int
    receiver: int
    start: int | None
    site: int


class Iterate(Instruction, frozen=True, tag=14):
    """``for target in source``"""

    target: int
    source: int
    site: int
    asynchronous: bool = False


class Unpack(Instruction, frozen=True, tag=15):
    """``a, b, *c, d = source``; ``starred`` is the position of the starred target or ``-1``."""

    targets: tuple[int, ...]
    source: int
    starred: int
    site: int


class Enter(Instruction, frozen=True, tag=16):
    """``with source as target``: enters and later leaves."""

    target: int
    source: int
    site: int
    asynchronous: bool = False


class Await(Instruction, frozen=True, tag=17):
    target: int
    source: int
    site: int


class Yield(Instruction, frozen=True, tag=18):
    """``target = yield source``; with ``delegate``, ``yield from``."""

    target: int
    source: int
    site: int
    delegate: bool = False


class Return(Instruction, frozen=True, tag=19):
    """``return source``; a ``return`` without a value is no instruction."""

    source: int


class Raise(Instruction, frozen=True, tag=20):
    """``raise source``; one that raises the current exception again is no instruction."""

    source: int
    site: int


class Catch(Instruction, frozen=True, tag=21):
    """``except source as target``: an instance of the class, or of the classes of the tuple, ``source``."""

    target: int
    source: int


class Operator(Instruction, frozen=True, tag=22):
    """``target = operands[0] SYMBOL operands[1]``, or unary with one operand. ``symbol`` is the source's own token:
    ``+``, ``==``, ``in``, ``not in``, ``+=``, ``~`` ... (``u+`` and ``u-`` for the unary signs). Boolean operators
    and the conditional expression are control flow, not operators; identity tests call nothing and are left out. The
    pairs of a chain of comparisons have one target."""

    target: int
    symbol: str
    operands: tuple[int, ...]
    site: int


class Narrow(Instruction, frozen=True, tag=23):
    """``target`` is ``source`` where a test has held (``positive``) or failed.

    Tests: ``instance`` and ``subclass`` (``against`` holds a class or a tuple of them), ``callable``, ``none``,
    ``truthy``, ``equal`` (``against`` holds the other value), ``member`` (``hasattr``; ``against`` holds the name),
    ``prefix`` and ``suffix`` (``startswith``, ``endswith``; ``against`` holds the text).
    """

    target: int
    source: int
    test: str
    against: int
    positive: bool


class Global(Instruction, frozen=True, tag=24):
    """A name that the module itself does not bind: a built-in, a star import's, or one put there from outside."""

    target: int
    name: str
    site: int


class ImportModule(Instruction, frozen=True, tag=25):
    """``import a.b.c`` binds ``a`` (``top``), ``import a.b.c as x`` binds ``a.b.c``. ``level`` counts leading dots."""

    target: int
    module: str
    level: int
    top: bool
    site: int


class ImportName(Instruction, frozen=True, tag=26):
    """``from module import name``. The name may be a submodule."""

    target: int
    module: str
    level: int
    name: str
    site: int


class ImportStar(Instruction, frozen=True, tag=27):
    module: str
    level: int
    site: int


class Hint(Instruction, frozen=True, tag=28):
    """A variable's annotation: ``target`` is declared to hold ``annotation``."""

    target: int
    annotation: TypeRef


class Super(Instruction, frozen=True, tag=29):
    """``super()`` without arguments: ``receiver`` is the first parameter of the enclosing method.

    In ECMAScript ``super`` is no call and has no site; calling it calls the constructor of the base class.
    """

    target: int
    receiver: int
    definition: int
    """The class whose bases are searched."""
    site: int
    static: bool = False
    """ECMAScript: stands in a static member, whose base is the base class itself and not what its instances inherit."""


class ReturnHint(Instruction, frozen=True, tag=30):
    """The return annotation of the function that holds it."""

    annotation: TypeRef


class MatchArgument(Instruction, frozen=True, tag=31):
    """``target`` is the member of ``receiver`` that its class's ``__match_args__`` names at ``position``."""

    target: int
    receiver: int
    position: int
    site: int


class New(Instruction, frozen=True, tag=32):
    """``new function(*arguments)``; arguments as in ``Call``."""

    target: int
    function: int
    arguments: tuple[int, ...]
    site: int


class CallElement(Instruction, frozen=True, tag=33):
    """``receiver[key](*arguments)`` where the function gets ``receiver`` as its receiver; keys as in ``Element``."""

    target: int
    receiver: int
    key: int | str | None
    index: int
    arguments: tuple[int, ...]
    site: int


class Define(Instruction, frozen=True, tag=34):
    """``receiver`` gets a property of its own: a method, a field, or with ``role`` ``get`` or ``set`` an accessor.

    The name is a constant, or else in the slot ``key``.
    """

    receiver: int
    name: str
    key: int
    source: int
    role: str
    site: int


class Export(Instruction, frozen=True, tag=35):
    """The module exports ``source`` under a name, which is ``default`` for the default export."""

    name: str
    source: int


class Render(Instruction, frozen=True, tag=36):
    """``<function ... />``: a markup element; somebody calls the component with its properties."""

    target: int
    function: int
    arguments: tuple[int, ...]
    site: int


class Keys(Instruction, frozen=True, tag=37):
    """``for (target in source)``: the names of the properties."""

    target: int
    source: int


class MemberHint(Instruction, frozen=True, tag=38):
    """The member ``name`` of ``receiver`` is declared to hold ``annotation``."""

    receiver: int
    name: str
    annotation: TypeRef


class DeclareType(Instruction, frozen=True, tag=39):
    """A type that is no value: an interface with its bases, or an alias of one other type."""

    target: int
    parameters: tuple[str, ...]
    bases: tuple[TypeRef, ...]
    members: tuple[tuple[str, TypeRef], ...]


class ClassTypes(Instruction, frozen=True, tag=40):
    """What a class says about types: its type parameters with their bounds, its base, the interfaces it implements."""

    definition: int
    parameters: tuple[TypeRef, ...]
    extends: TypeRef | None
    implements: tuple[TypeRef, ...]


class Request(Instruction, frozen=True, tag=41):
    """The parameter ``target`` of a function that a test runner calls: it asks for what is defined under its name."""

    target: int
    name: str
    site: int


Body = tuple[
    Move
    | Text
    | Format
    | Literal
    | Closure
    | MakeClass
    | Collection
    | Call
    | CallMember
    | Member
    | SetMember
    | Element
    | SetElement
    | Slice
    | Iterate
    | Unpack
    | Enter
    | Await
    | Yield
    | Return
    | Raise
    | Catch
    | Operator
    | Narrow
    | Global
    | ImportModule
    | ImportName
    | ImportStar
    | Hint
    | Super
    | ReturnHint
    | MatchArgument
    | New
    | CallElement
    | Define
    | Export
    | Render
    | Keys
    | MemberHint
    | DeclareType
    | ClassTypes
    | Request,
    ...,
]


class Definition(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A module (always number 0), class, function or lambda, and what it does.

    Bodies of comprehensions and generator expressions belong to the definition around them. Code in a class body
    belongs to the class.
    """

    kind: DefinitionKind
    name: str
    """The simple name; empty for lambdas and for the module."""
    qualified: str
    """Dotted within the file, without ``<locals>``; lambdas are ``owner.<lambda:LINE>`` (``<arrow:LINE>``,
    ``<function:LINE>`` in ECMAScript); empty for the module."""
    ordinal: int
    """For lambdas the number within the owner; else the how-manieth definition of this qualified name; from 1."""
    parent: int
    span: Span
    """From the ``def`` or ``class`` keyword (decorators excluded) to the end of the body."""
    slots: tuple[int, int]
    parameters: tuple[Parameter, ...]
    result: int
    """Functions: the slot into which every ``return`` flows."""
    elements: int
    """Generators: the slot into which every ``yield`` flows, else ``-1``."""
    received: int
    """Generators: the slot that ``send`` fills, else ``-1``."""
    asynchronous: bool
    variables: dict[str, int]
    """Modules and classes: each bound name's slot at the end of the body. Functions: the slots of variables that
    functions inside read, and of those that annotations name."""
    everything: dict[str, int]
    """Modules: the slot that any binding of the name flows into, where that is another slot than in ``variables``."""
    exports: tuple[str, ...] | None
    """Modules: ``__all__`` where it is a constant."""
    body: Body


class SyntaxProblem(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """Something that could not be read; the rest of the file is in the facts."""

    line: int
    message: str


class FileFacts(msgspec.Struct, frozen=True, array_like=True):
    """Everything extracted from one file."""

    language: str
    definitions: tuple[Definition, ...]
    sites: tuple[int, ...]
    """Positions, four numbers a site: line, column, end line, end column."""
    texts: tuple[str, ...]
    """For each site that is a call expression its callee's source text, shortened to 60 characters; for one where a
    decorator is applied ``@`` and its text; else empty."""
    slot_lines: tuple[int, ...]
    """For each slot the line where it is written."""
    slot_names: tuple[str, ...]
    """For each slot the variable's name; empty for temporaries."""
    problems: tuple[SyntaxProblem, ...]
