# Sourced by ./nav and ./test, which set `here`: the folder of the clone.

# environment NAME: makes sure that .venv holds what NAME ("nav" or "test") needs. Costs two short processes when it does.
#
# The stamp is written last, so an interrupted installation has none. It names the folder, because a moved clone has
# a .venv that points to the old place, and the files that decide what gets installed.
environment() {
    key="$(cat "$here/pyproject.toml" "$here/constraints.txt" | cksum) ${NAVIGATOR_PYTHON-} $here"
    if [ -x "$here/.venv/bin/python" ] && [ -r "$here/.venv/ready-$1" ]; then
        IFS= read -r ready <"$here/.venv/ready-$1"
        [ "$ready" != "$key" ] || return 0
    fi
    find_python || exit 3
    "$python" -I "$here/tools/environment.py" "$here" "$1" "$key" || exit $?
}

# native: compiles linker and front end where there is a C compiler, when their sources are not those that were compiled last.
native() {
    [ "${NAVIGATOR_NATIVE-}" != 0 ] || return 0
    key="$(cd "$here/navigator" && cat facts/building/*.py facts/python/*.py linking/*.py linking/ecmascript/*.py facts/vocabulary.py | cksum) $here"
    if [ -r "$here/.venv/ready-native" ]; then
        IFS= read -r ready <"$here/.venv/ready-native"
        [ "$ready" != "$key" ] || return 0
    fi
    "$here/.venv/bin/python" -E -s "$here/tools/native.py" "$here" "$key" || exit $?
}

# Sets `python` to an interpreter of version 3.11 or later, one that can make environments with pip if there is one.
find_python() {
    for need in 'import ensurepip, venv' 'pass'; do
        for python in ${NAVIGATOR_PYTHON:-python3 python3.13 python3.12 python3.11 python3.14 python}; do
            command -v "$python" >/dev/null 2>&1 || continue
            "$python" -I -c "import sys; sys.version_info >= (3, 11) or sys.exit(1); $need" >/dev/null 2>&1 && return 0
        done
    done
    if [ -n "${NAVIGATOR_PYTHON-}" ]; then
        echo "navigator: NAVIGATOR_PYTHON=$NAVIGATOR_PYTHON is not a Python 3.11 or later" >&2
    else
        echo "navigator: needs Python 3.11 or later: install one, or name it: NAVIGATOR_PYTHON=/path/to/python3" >&2
    fi
    return 1
}
