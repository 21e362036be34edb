"""Facts as text that people read: one line an instruction, slots by name and number."""

from __future__ import annotations

from collections.abc import Callable

from navigator.facts import vocabulary as v


def listing(facts: v.FileFacts) -> str:
    """Every definition with its body, in the order of the file; problems last."""
    lines: list[str] = []
    for definition in facts.definitions:
        lines += _definition(facts, definition)
    lines += [f"problem {problem.line}: {problem.message}" for problem in facts.problems]
    return "\n".join(lines) + "\n"


def body_lines(facts: v.FileFacts, definition: v.Definition) -> list[str]:
    """The instructions of one definition."""
    return [_instruction(facts, instruction) for instruction in definition.body]


def slot_text(facts: v.FileFacts, slot: int) -> str:
    """A slot as ``name.number``, or ``%number`` for a temporary."""
    if slot < 0:
        return "-"
    name = facts.slot_names[slot]
    return f"{name}.{slot}" if name else f"%{slot}"


def _definition(facts: v.FileFacts, definition: v.Definition) -> list[str]:
    def named(slot: int) -> str:
        return slot_text(facts, slot)

    parameters = ", ".join(
        {v.ParameterKind.REST: "*", v.ParameterKind.KEYWORDS: "**"}.get(parameter.kind, "")
        + named(parameter.slot)
        + (f": {type_text(parameter.annotation)}" if parameter.annotation else "")
        + (f" = {named(parameter.default)}" if parameter.default >= 0 else "")
        for parameter in definition.parameters
    )
    name = definition.qualified or "<module>"
    if definition.ordinal > 1:
        name += f"~{definition.ordinal}"
    kind = ("async " if definition.asynchronous else "") + definition.kind.name.lower()
    header = f"{kind} {name}({parameters}) line {definition.span.line}-{definition.span.end_line}"
    lines = [header]
    for label, slots in (("variables", definition.variables), ("everything", definition.everything)):
        if slots:
            lines.append(f"  {label}: " + ", ".join(f"{key}={named(slot)}" for key, slot in slots.items()))
    if definition.exports is not None:
        lines.append("  exports: " + ", ".join(definition.exports))
    lines += ["    " + line for line in body_lines(facts, definition)]
    return lines


def type_text(annotation: v.TypeRef) -> str:
    """An annotation as it could be written."""
    arguments = [type_text(argument) for argument in annotation.arguments]
    if annotation.name == "|":
        return " | ".join(arguments)
    return annotation.name + (f"[{', '.join(arguments)}]" if arguments else "")


def _key(named: Callable[[int], str], key: int | str | None, index: int) -> str:
    return repr(key) if key is not None else named(index) if index >= 0 else "?"


def _instruction(facts: v.FileFacts, instruction: v.Instruction) -> str:
    def named(slot: int) -> str:
        return slot_text(facts, slot)

    def arguments(positional: tuple[int, ...], keywords: tuple[tuple[str | None, int], ...]) -> str:
        parts = [named(slot) if slot >= 0 else "*" + named(~slot) for slot in positional]
        parts += [f"{name}={named(slot)}" if name is not None else "**" + named(slot) for name, slot in keywords]
        return "(" + ", ".join(parts) + ")"

    match instruction:
        case v.Move(target, source):
            return f"{named(target)} = {named(source)}"
        case v.Text(target, value):
            return f"{named(target)} = text {value!r}"
        case v.Format(target, parts):
            shown = [repr(part) if isinstance(part, str) else named(part) for part in parts]
            return f"{named(target)} = format {' '.join(shown)}"
        case v.Literal(target, type_name):
            return f"{named(target)} = literal {type_name}"
        case v.Closure(target, number):
            return f"{named(target)} = closure {facts.definitions[number].qualified}"
        case v.MakeClass(target, number, bases, keywords, _):
            return f"{named(target)} = class {facts.definitions[number].qualified}" + arguments(bases, keywords)
        case v.Collection(target, type_name, elements, spreads, keys):
            shown = [f"{'?' if key is None else repr(key)}: {named(slot)}" for key, slot in elements]
            shown += ["*" + named(slot) for slot in spreads]
            shown += ["key " + named(slot) for slot in keys]
            return f"{named(target)} = {type_name} {{{', '.join(shown)}}}"
        case v.Call(target, function, positional, keywords, _, decorator):
            word = "decorate" if decorator else "call"
            return f"{named(target)} = {word} {named(function)}{arguments(positional, keywords)}"
        case v.CallMember(target, receiver, name, positional, keywords, _):
            return f"{named(target)} = call {named(receiver)}.{name}{arguments(positional, keywords)}"
        case v.Member(target, receiver, name, _):
            return f"{named(target)} = {named(receiver)}.{name}"
        case v.SetMember(receiver, name, source, _):
            return f"{named(receiver)}.{name} = {named(source)}" if source >= 0 else f"del {named(receiver)}.{name}"
        case v.Element(target, receiver, key, index, _):
            return f"{named(target)} = {named(receiver)}[{_key(named, key, index)}]"
        case v.SetElement(receiver, key, index, source, _):
            element = f"{named(receiver)}[{_key(named, key, index)}]"
            return f"{element} = {named(source)}" if source >= 0 else f"del {element}"
        case v.Slice(target, receiver, start, _):
            return f"{named(target)} = {named(receiver)}[{'?' if start is None else start}:]"
        case v.Iterate(target, source, _, asynchronous):
            return f"{named(target)} = {'async ' if asynchronous else ''}iterate {named(source)}"
        case v.Unpack(targets, source, starred, _):
            shown = [("*" if position == starred else "") + named(slot) for position, slot in enumerate(targets)]
            return f"{', '.join(shown)} = unpack {named(source)}"
        case v.Enter(target, source, _, asynchronous):
            return f"{named(target)} = {'async ' if asynchronous else ''}enter {named(source)}"
        case v.Await(target, source, _):
            return f"{named(target)} = await {named(source)}"
        case v.Yield(target, source, _, delegate):
            return f"{named(target)} = yield {'from ' if delegate else ''}{named(source)}"
        case v.Return(source):
            return f"return {named(source)}"
        case v.Raise(source, _):
            return f"raise {named(source)}"
        case v.Catch(target, source):
            return f"{named(target)} = catch {named(source)}"
        case v.Operator(target, symbol, operands, _):
            return (
                f"{named(target)} = {f' {symbol} '.join(map(named, operands))}"
                if len(operands) > 1
                else (f"{named(target)} = {symbol} {named(operands[0])}")
            )
        case v.Narrow(target, source, test, against, positive):
            shown_test = test + (f" {named(against)}" if against >= 0 else "")
            return f"{named(target)} = {named(source)} where {'' if positive else 'not '}{shown_test}"
        case v.Global(target, name, _):
            return f"{named(target)} = global {name}"
        case v.ImportModule(target, module, level, top, _):
            return f"{named(target)} = import {'.' * level}{module}{' (top)' if top else ''}"
        case v.ImportName(target, module, level, name, _):
            return f"{named(target)} = from {'.' * level}{module} import {name}"
        case v.ImportStar(module, level, _):
            return f"from {'.' * level}{module} import *"
        case v.Hint(target, annotation):
            return f"{named(target)}: {type_text(annotation)}"
        case v.Super(target, receiver, number, _):
            return f"{named(target)} = super {facts.definitions[number].qualified} of {named(receiver)}"
        case v.ReturnHint(annotation):
            return f"-> {type_text(annotation)}"
        case v.MatchArgument(target, receiver, position, _):
            return f"{named(target)} = {named(receiver)} match argument {position}"
        case v.New(target, function, positional, _):
            return f"{named(target)} = new {named(function)}{arguments(positional, ())}"
        case v.CallElement(target, receiver, key, index, positional, _):
            return f"{named(target)} = call {named(receiver)}[{_key(named, key, index)}]{arguments(positional, ())}"
        case v.Define(receiver, name, key, source, role, _):
            member = name or f"[{named(key)}]"
            return f"define {role + ' ' if role else ''}{named(receiver)}.{member} = {named(source)}"
        case v.Export(name, source):
            return f"export {name} = {named(source)}"
        case v.Render(target, function, positional, _):
            return f"{named(target)} = render {named(function)}{arguments(positional, ())}"
        case v.Keys(target, source):
            return f"{named(target)} = keys {named(source)}"
        case v.MemberHint(receiver, name, annotation):
            return f"{named(receiver)}.{name}: {type_text(annotation)}"
        case v.DeclareType(target, _, bases, members):
            shown = [type_text(base) for base in bases]
            shown += [f"{name}: {type_text(member)}" for name, member in members]
            return f"type {named(target)} {{{', '.join(shown)}}}"
        case v.ClassTypes(number, _, extends, implements):
            shown = [type_text(each) for each in ((extends,) if extends else ()) + implements]
            return f"types of {facts.definitions[number].qualified}: {', '.join(shown)}"
        case _:
            return repr(instruction)
