"""What people do with the interface, on the miniatures that come with the product."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

import msgspec
import pytest

from navigator.tui.history import Session
from tests.tui.driver import Driver, opened

Story = Callable[..., Awaitable[None]]


def told(workspace: str = "demo-torchvision", **settings: object) -> Callable[[Story], Callable[..., None]]:
    """Makes a story a test: it is given a driver of the app on a workspace."""

    def decorate(story: Story) -> Callable[..., None]:
        def test(home: Path) -> None:
            async def play() -> None:
                async with opened(workspace, **settings) as nav:  # type: ignore[arg-type]
                    await story(nav)

            asyncio.run(play())

        test.__name__, test.__doc__ = story.__name__, story.__doc__
        return test

    return decorate


@told("demo-webui")
async def test_find_process_images_and_who_calls_it(nav: Driver) -> None:
    await nav.search("pimg")
    assert "modules.processing.process_images " in nav.lines()[0] + " "
    await nav.open()
    assert nav.middle == "modules.processing.process_images"
    assert any("txt2img" in row and "txt2img.py" in row for row in nav.rows())


@told("demo-webui")
async def test_walk_down_to_decode_first_stage(nav: Driver) -> None:
    await nav.open("decode_first_stage kind:def")
    await nav.open("modules.processing.process_images_inner")
    await nav.row("decode_latent_batch")
    await nav.press("enter")
    assert nav.middle.endswith("decode_latent_batch")
    await nav.row("decode_first_stage")
    await nav.press("enter")
    assert nav.middle.endswith("decode_first_stage")
    await nav.press("left_square_bracket", "left_square_bracket")
    assert nav.middle.endswith("process_images_inner")


@told("demo-webui")
async def test_why_a_call_is_there(nav: Driver) -> None:
    await nav.open("modules.processing.process_images")
    await nav.row("reload_model_weights")
    await nav.press("e")
    assert any("processing.py:" in line for line in nav.lines())
    await nav.press("enter")
    assert nav.app.current == "source"
    assert nav.app.source.line == nav.app.selection.line > 0


@told()
async def test_the_cursor_moves_all_views(nav: Driver) -> None:
    await nav.open("resnet.resnet50")
    await nav.row("_resnet")
    assert nav.selected.endswith("_resnet")
    assert nav.app.graph.node is not None and nav.app.graph.node.id == nav.app.selection.symbol
    call = nav.app.selection.call
    assert call is not None and nav.app.source.line == call.line
    assert "def resnet50" in nav.source()


@told()
async def test_the_graph_is_walked_along_calls(nav: Driver) -> None:
    await nav.open("resnet.resnet50")
    await nav.press("2", "right")
    first = nav.selected
    assert nav.app.graph.graph is not None
    assert ("torchvision.models.resnet.resnet50", first) in {
        (edge.caller.partition(":")[2], edge.callee.partition(":")[2]) for edge in nav.app.graph.graph.edges
    }
    await nav.press("left")
    assert nav.selected.endswith("resnet50")
    await nav.press("right", "enter")
    assert nav.middle == first


@told()
async def test_calls_in_the_source_are_links(nav: Driver) -> None:
    await nav.open("resnet.Bottleneck.forward")
    await nav.press("3", "n")
    first = nav.app.selection
    await nav.press("n")
    assert nav.app.selection != first
    await nav.press("p")
    assert nav.app.selection == first
    callee = first.symbol
    await nav.press("enter")
    assert nav.app.middle is not None and nav.app.middle.id == callee


@told()
async def test_radius_pins_hiding_and_groups(nav: Driver) -> None:
    await nav.open("resnet._resnet")
    near = nav.nodes()
    await nav.press("2", "plus")
    assert nav.nodes() > near
    await nav.press("minus")
    assert nav.nodes() == near
    await nav.press("right")
    gone = nav.app.graph.node
    assert gone is not None
    await nav.press("h")
    assert gone.name not in nav.nodes()
    await nav.press("u")
    assert gone.name in nav.nodes()
    await nav.press("space")
    assert nav.app.graph.view.pinned
    await nav.press("g")
    assert nav.app.graph.view.group == "class"
    await nav.press("b")
    assert nav.app.graph.view.collapsed != ("*",)


@told()
async def test_a_path_as_steps_and_as_a_graph(nav: Driver) -> None:
    await nav.open("resnet.resnet50")
    await nav.press("m")
    await nav.open("resnet.conv1x1")
    await nav.press("t")
    assert "resnet50" in nav.lines()[1] and any("conv1x1" in line for line in nav.lines())
    await nav.press("escape")
    assert nav.app.graph.view.to and {"resnet50", "conv1x1"} <= {name.rpartition(".")[2] for name in nav.nodes()}
    await nav.press("escape")
    assert not nav.app.graph.view.to


@told()
async def test_why_there_is_no_path(nav: Driver) -> None:
    await nav.open("resnet.conv1x1")
    await nav.press("m")
    await nav.open("resnet.resnet50")
    await nav.press("t")
    assert any(line.startswith("forward:") for line in nav.lines())
    assert any(line.startswith("backward:") for line in nav.lines())


@told()
async def test_history_is_a_tree(nav: Driver) -> None:
    await nav.open("resnet.resnet50")
    await nav.open("resnet._resnet")
    await nav.press("left_square_bracket")
    await nav.open("resnet.conv1x1")
    await nav.press("H")
    listed = [line for line in nav.lines() if "resnet" in line]
    assert len(listed) >= 3 and any(line.lstrip().startswith("●") and "conv1x1" in line for line in listed)
    await nav.choose("_resnet")
    assert nav.middle.endswith("_resnet")


@told()
async def test_forward_goes_where_one_came_back_from(nav: Driver) -> None:
    await nav.open("resnet.resnet50")
    await nav.open("resnet._resnet")
    await nav.press("left_square_bracket", "right_square_bracket")
    assert nav.middle.endswith("_resnet")


@told()
async def test_bookmarks_with_notes(nav: Driver) -> None:
    await nav.open("resnet.conv1x1")
    await nav.press("B")
    await nav.type("the last convolution")
    await nav.press("enter")
    await nav.open("resnet.resnet50")
    await nav.press("quotation_mark")
    assert "the last convolution" in nav.lines()[0]
    await nav.choose("conv1x1")
    assert nav.middle.endswith("conv1x1")
    await nav.press("quotation_mark")
    await nav.choose("forget")
    assert nav.app.session.bookmarks == []


@told()
async def test_notes_are_written_as_markdown(nav: Driver) -> None:
    await nav.open("resnet.conv1x1")
    await nav.press("H")
    await nav.choose("Markdown")
    await nav.type("notes.md")
    await nav.press("enter")
    assert "conv1x1" in Path("notes.md").read_text()


@told()
async def test_filters_hide_and_say_so(nav: Driver) -> None:
    await nav.open("resnet._resnet")
    before = len(nav.rows())
    await nav.press("f")
    nav.switches().toggle("certainty exact")
    await nav.press("enter")
    assert len(nav.rows()) < before
    assert "no exact calls" in nav.status()
    assert any("hidden" in row for row in nav.rows())


@told()
async def test_external_calls_are_shown_when_asked_for(nav: Driver) -> None:
    await nav.open("resnet.ResNet.__init__")
    before = len(nav.rows())
    await nav.press("f")
    nav.switches().toggle("external")
    await nav.press("enter")
    assert len(nav.rows()) > before


@told()
async def test_text_is_found_in_the_source(nav: Driver) -> None:
    await nav.search("text:downsample is not None")
    assert any("downsample is not None" in line for line in nav.lines())
    await nav.press("enter")
    assert nav.app.source.line == nav.app.selection.line


@told("demo-webui")
async def test_prefixes_narrow_the_search(nav: Driver) -> None:
    await nav.search("kind:class sampler")
    assert nav.lines() and all(line.startswith("class") for line in nav.lines())
    await nav.type("file:processing sample")
    assert all("processing" in line for line in nav.lines())


@told()
async def test_an_unknown_name_says_that_nothing_fits(nav: Driver) -> None:
    await nav.search("zzzqqqxxx")
    assert nav.lines() == ["nothing fits"]
    await nav.press("enter", "escape")
    assert nav.middle


@told()
async def test_place_and_command_are_copied(nav: Driver) -> None:
    await nav.open("resnet.conv1x1")
    await nav.press("y")
    assert nav.app.copied.startswith("torchvision/models/resnet.py:")
    await nav.press("Y")
    assert nav.app.copied.startswith("navigator graph ") and nav.app.copied.endswith("-w demo-torchvision")


@told()
async def test_a_view_is_exported(nav: Driver) -> None:
    await nav.open("resnet.conv1x1")
    for name in ("view.svg", "view.txt", "view.json", "view.html", "view.mmd"):
        await nav.press("x")
        await nav.type(name)
        await nav.press("enter")
        assert "conv1x1" in Path(name).read_text()


@told()
async def test_an_unknown_ending_is_told(nav: Driver) -> None:
    await nav.press("x")
    await nav.type("view.xyz")
    await nav.press("enter")
    assert ".svg" in nav.app.problems[-1]
    await nav.press("M")
    assert "view.xyz" in nav.lines()[0]


@told()
async def test_another_workspace_is_opened(nav: Driver) -> None:
    await nav.press("W")
    await nav.choose("demo-konva")
    assert nav.app.reading is not None and nav.app.reading.workspace.name == "demo-konva"
    assert nav.rows()


@told()
async def test_help_is_filtered_by_word_and_by_key(nav: Driver) -> None:
    await nav.press("question_mark")
    everything = len(nav.lines())
    await nav.type("bookmark")
    assert 0 < len(nav.lines()) < everything
    await nav.type("ctrl+p")
    assert any("Search" in line for line in nav.lines())


@told()
async def test_the_palette_does_actions_and_says_why_not(nav: Driver) -> None:
    await nav.press("colon")
    await nav.type("forward")
    assert "nothing lies ahead" in nav.lines()[0]
    await nav.press("enter")
    await nav.type("zoom")
    await nav.press("enter")
    assert nav.app.zoomed


@told()
async def test_a_disabled_action_says_why(nav: Driver) -> None:
    await nav.press("t")
    assert any("mark where the path starts" in note for note in nav.notes())


@told()
async def test_zoom_and_back(nav: Driver) -> None:
    await nav.press("2", "z")
    assert not nav.app.calls.display and nav.app.graph.display and not nav.app.source.display
    await nav.press("z")
    assert nav.app.calls.display and nav.app.source.display


@told(size=(80, 24))
async def test_views_are_tabs_on_a_narrow_screen(nav: Driver) -> None:
    assert nav.app.calls.display and not nav.app.graph.display
    await nav.press("3")
    assert nav.app.source.display and not nav.app.calls.display
    assert "[3 source]" in nav.screen_text()


@told()
async def test_themes_in_turn(nav: Driver) -> None:
    seen = {nav.app.theme}
    for _ in range(3):
        await nav.press("T")
        seen.add(nav.app.theme)
    assert len(seen) == 4


@told(symbol="resnet.conv3x3")
async def test_a_symbol_given_at_the_start(nav: Driver) -> None:
    assert nav.middle.endswith("conv3x3")


def test_a_session_goes_on_where_it_was_left(home: Path) -> None:
    async def play() -> None:
        async with opened() as nav:
            await nav.open("resnet.conv1x1")
            await nav.press("T")
        async with opened(None) as nav:
            assert nav.middle.endswith("conv1x1")
            assert nav.app.theme == "navigator-light"

    asyncio.run(play())


def test_a_damaged_session_is_set_aside(home: Path) -> None:
    place = home / "sessions" / "demo-torchvision.json"
    place.parent.mkdir()
    place.write_bytes(b'{"version": 1, "history": {"visits": [], "here": 3}}')

    async def play() -> None:
        async with opened() as nav:
            assert "set aside" in nav.app.problems[0]
            assert nav.middle

    asyncio.run(play())
    assert place.with_suffix(".damaged").exists()
    assert msgspec.json.decode(place.read_bytes(), type=Session).history.visits


def test_nothing_indexed_yet_opens_a_miniature(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NAVIGATOR_HOME", str(home / "empty"))

    async def play() -> None:
        async with opened(None) as nav:
            assert nav.app.reading is not None and nav.app.reading.workspace.name == "demo-torchvision"
            assert nav.middle

    asyncio.run(play())


def test_an_unknown_workspace_is_told(home: Path) -> None:
    async def play() -> None:
        async with opened("demo-torchvison") as nav:
            assert "demo-torchvision" in nav.app.problems[0]

    asyncio.run(play())


NOTES = (
    ("demo-webui", "modules.txt2img.txt2img", "decode_first_stage"),
    ("demo-deepspeed", "DeepSpeedZeroOptimizer_Stage3.__init__", "partition_parameters.Init._partition_param"),
    ("demo-torchvision", "resnet.resnet50", "resnet.conv1x1"),
    ("demo-konva", "Stage._pointerdown", "Node._fire"),
)


@pytest.mark.parametrize(("workspace", "start", "end"), NOTES)
def test_the_path_of_each_note(home: Path, workspace: str, start: str, end: str) -> None:
    async def play() -> None:
        async with opened(workspace) as nav:
            await nav.open(start)
            assert nav.middle.rpartition(".")[2] == start.rpartition(".")[2]
            await nav.press("m")
            await nav.open(end)
            await nav.press("t")
            assert end.rpartition(".")[2] in "".join(nav.lines()), nav.lines()

    asyncio.run(play())


@told("demo-deepspeed")
async def test_the_candidates_of_one_call_are_folded(nav: Driver) -> None:
    """A call site with many callees is one row, which opens into them."""
    assert nav.app.reading is not None
    graph = nav.app.reading.workspace.graph
    sites: dict[tuple[int, int, int], int] = {}
    for call in graph.all_calls():
        sites[call.caller, call.line, call.column] = sites.get((call.caller, call.line, call.column), 0) + 1
    (caller, _, _), count = max(sites.items(), key=lambda each: (each[1], -each[0][0]))
    assert count > 3
    await nav.app.show_middle(graph.symbol(caller).id)
    await nav.settled()
    await nav.row("candidates")
    folded = len(nav.rows())
    await nav.press("right")
    assert len(nav.rows()) >= folded + 4
    assert nav.app.selection.call is not None and nav.app.selection.call.caller == graph.symbol(caller).id


@told("demo-webui")
async def test_the_tree_grows_where_one_looks(nav: Driver) -> None:
    await nav.open("modules.processing.process_images")
    before = len(nav.rows())
    await nav.row("process_images_inner")
    await nav.press("right")
    assert len(nav.rows()) > before
    await nav.press("right", "down", "left", "left")
    assert len(nav.rows()) == before


@told("demo-deepspeed")
async def test_cycles_are_marked(nav: Driver) -> None:
    assert nav.app.reading is not None
    graph = nav.app.reading.workspace.graph
    own = next(call for call in graph.all_calls() if call.caller == call.callee)
    await nav.app.show_middle(graph.symbol(own.caller).id)
    await nav.settled()
    assert any("↺" in row for row in nav.rows())


@told()
async def test_unresolved_sites_have_their_reason(nav: Driver) -> None:
    await nav.open("IntermediateLayerGetter.forward")
    assert any("unresolved: element of unknown container" in row for row in nav.rows())


@told()
async def test_comparing_with_another_workspace(nav: Driver) -> None:
    await nav.press("D")
    await nav.type("demo-konva")
    await nav.press("enter")
    assert any(line.startswith("+ torchvision") for line in nav.lines())
    assert nav.app.graph.changes is not None and nav.app.graph.changes.added


@told()
async def test_a_workspace_that_is_not_there_cannot_be_compared(nav: Driver) -> None:
    await nav.press("D")
    await nav.type("demo-nowhere")
    await nav.press("enter")
    assert "demo-nowhere" in nav.app.problems[0]


@told()
async def test_reindexing_what_has_not_changed(nav: Driver) -> None:
    middle = nav.middle
    await nav.press("R")
    assert any("nothing has changed" in note for note in nav.notes())
    assert nav.middle == middle and nav.app.long_task is None


@told()
async def test_reproductions_of_this_workspace_are_offered_first(nav: Driver) -> None:
    await nav.press("r")
    assert nav.lines()[0].startswith("● resnet")
    assert any(not line.startswith("●") for line in nav.lines())


@told("demo-konva")
async def test_what_a_run_takes_is_asked_and_checked(nav: Driver) -> None:
    await nav.press("r")
    await nav.choose("konva")
    assert "play=false" in nav.screen_text()
    await nav.type("shaps=3")
    await nav.press("enter")
    assert "no parameter 'shaps'" in nav.app.problems[-1] and "shapes" in nav.app.problems[-1]


@told("demo-konva")
async def test_a_run_that_wants_a_terminal_says_so_where_there_is_none(nav: Driver) -> None:
    await nav.press("r")
    await nav.choose("konva")
    await nav.type("play=true")
    await nav.press("enter")
    assert "navigator run konva --trace --set play=true" in nav.app.problems[-1]


@told()
async def test_a_place_is_named(nav: Driver) -> None:
    await nav.press("H")
    await nav.choose("name this place")
    await nav.type("the beginning")
    await nav.press("enter", "H")
    assert "the beginning" in nav.lines()[0]


@told("demo-konva")
async def test_javascript_is_read_the_same_way(nav: Driver) -> None:
    await nav.open("Node._fire")
    assert nav.rows()[0].startswith("callers") and "_fire" in nav.source()
    await nav.press("3", "n")
    assert nav.app.selection.call is not None


@told()
async def test_the_mouse_selects_and_opens(nav: Driver) -> None:
    await nav.open("resnet._resnet")
    box = nav.app.graph._drawing
    assert box is not None
    other = next(key for key in box.nodes if key != nav.app.graph.selected)
    place = box.nodes[other]
    await nav.pilot.click("#graph", offset=(place.column + 2, place.row + 1))
    await nav.settled()
    assert nav.app.graph.selected == other
    await nav.pilot.click("#source", offset=(12, 3))
    await nav.settled()
    assert nav.app.current == "source"


@told("demo-webui")
async def test_late_answers_are_dropped(nav: Driver) -> None:
    """Many moves at once end where the last one leads."""
    await nav.open("modules.processing.process_images_inner")
    for _ in range(12):
        await nav.pilot.press("down")
    await nav.settled()
    call = nav.app.selection.call
    key = call.caller if call is not None else nav.app.selection.symbol
    assert nav.app.source._shown is not None and nav.app.source._shown.symbol.id == key
    if call is not None:
        assert nav.app.source.line == call.line


@told()
async def test_the_selection_survives_zoom_theme_and_filters(nav: Driver) -> None:
    await nav.open("resnet._resnet")
    await nav.row("ResNet.__init__")
    chosen = nav.app.selection
    await nav.press("z", "z", "T", "f", "escape")
    assert nav.app.selection == chosen


@told()
async def test_graph_radius_has_limits(nav: Driver) -> None:
    await nav.press("2", *["plus"] * 8)
    assert nav.app.graph.view.callees == 4
    await nav.press(*["minus"] * 9)
    assert nav.app.graph.view.callees == 1


@told()
async def test_the_middle_cannot_be_hidden(nav: Driver) -> None:
    await nav.press("2", "h")
    assert nav.app.graph.view.hidden == () and nav.app.graph.graph is not None and nav.app.graph.graph.nodes


@pytest.mark.parametrize("workspace", ["demo-webui", "demo-deepspeed", "demo-konva", "demo-torchvision"])
@pytest.mark.parametrize("size", [(80, 24), (160, 48)])
def test_every_miniature_opens_and_is_walked(home: Path, workspace: str, size: tuple[int, int]) -> None:
    async def play() -> None:
        async with opened(workspace, size=size) as nav:
            assert nav.middle and nav.rows() and nav.nodes() and nav.source()
            await nav.press("down", "down", "enter", "2", "right", "enter", "3", "n", "enter", "left_square_bracket")
            assert nav.middle and nav.app.problems == []

    asyncio.run(play())


@told("demo-webui", size=(80, 24))
async def test_steps_of_a_path_keep_their_lines_on_a_narrow_screen(nav: Driver) -> None:
    await nav.open("txt2img.txt2img")
    await nav.press("m")
    await nav.open("LatentDiffusion.decode_first_stage")
    await nav.press("t")
    assert any(line.endswith("process_images  txt2img.py:35") for line in nav.lines())
    await nav.choose("process_images_inner")
    assert nav.app.current == "graph" and nav.selected.endswith("process_images_inner")


@told(size=(80, 24))
async def test_what_is_off_shows_without_colours(nav: Driver) -> None:
    await nav.press("f")
    lines = nav.screen_text().splitlines()
    on, off = (next(line for line in lines if words in line) for words in ("exact calls", "guess calls"))
    assert "X" in on and "X" not in off


def test_a_folder_with_code_is_one_key_away(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where one starts the interface, `W` offers the folder first, until it is indexed."""
    project = tmp_path / "project"
    (project / "shop").mkdir(parents=True)
    (project / "shop" / "cart.py").write_text("def total():\n    return tax()\n\n\ndef tax():\n    return 1\n")
    monkeypatch.chdir(project)

    async def play() -> None:
        async with opened("demo-torchvision") as nav:
            await nav.press("W")
            assert nav.lines()[:2] == ["── this folder", f"  project  {project}, not indexed yet"]
            await nav.press("enter")
            assert nav.app.reading is not None and nav.app.reading.workspace.name == "project"
            await nav.open("cart.total")
            assert any("tax" in row for row in nav.rows())
            await nav.press("W")
            assert "── this folder" not in nav.lines()
            assert nav.app.problems == []

    asyncio.run(play())


def test_a_folder_without_code_is_not_offered(home: Path, tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("nothing to index")

    async def play() -> None:
        async with opened("demo-torchvision") as nav:
            await nav.press("W")
            assert "── this folder" not in nav.lines()

    asyncio.run(play())
