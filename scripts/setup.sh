# What ./run, ./test, .ci/run and bench/compare share: Debian packages, Node.js, the CMake build.
# Sourced; the caller has `set -euo pipefail` and has set `root` to the folder of the source tree.
# shellcheck shell=bash

# shellcheck source=scripts/packages.sh disable=SC2154
source "$root/scripts/packages.sh"

say() { printf '%s\n' "$*" >&2; }

die() {
  say "$*"
  exit 1
}

# Prints those of the packages that are not installed.
missing_packages() {
  local installed
  # dpkg-query fails where it does not know a name; the others are printed all the same.
  installed=$(dpkg-query -W -f='${db:Status-Status} ${Package}\n' "$@" 2>/dev/null) || true
  local package
  for package in "$@"; do
    grep -qxF "installed $package" <<<"$installed" || printf '%s\n' "$package"
  done
}

# Installs those of the packages that are missing. Calls apt only when there are any.
need_packages() {
  if ! command -v dpkg-query >/dev/null; then
    say "This is not Debian: these packages, or what stands for them, must be there: $*"
    return
  fi
  local missing
  mapfile -t missing < <(missing_packages "$@")
  [[ ${#missing[@]} -eq 0 ]] && return
  local as_root=()
  if [[ $(id -u) -ne 0 ]]; then
    command -v sudo >/dev/null ||
      die "These Debian packages are missing; as root: apt-get install ${missing[*]}"
    as_root=(sudo)
  fi
  say "Installing Debian packages: ${missing[*]}"
  local log
  log=$(mktemp)
  if ! apt_install "${missing[@]}" >"$log" 2>&1; then
    cat "$log" >&2
    rm -f "$log"
    die "The packages could not be installed."
  fi
  rm -f "$log"
}

# Uses `as_root` of need_packages.
apt_install() {
  # One list of many that cannot be fetched does not matter, if the packages are found in another.
  "${as_root[@]}" apt-get update || true
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive \
    apt-get install --yes --no-install-recommends "$@"
}

# The `aws` command: any that is there, else Debian's.
need_aws() {
  command -v aws >/dev/null || need_packages awscli
}

# Node.js 20 or newer with npm. It is not installed from here: Debian 12 has version 18.
need_node() {
  local major=0
  if command -v node >/dev/null; then
    major=$(node -p 'process.versions.node.split(".")[0]')
  fi
  if [[ $major -ge 20 ]] && command -v npm >/dev/null; then
    return
  fi
  die "Node.js 20 or newer with npm is needed for the tests, and is not here.
Get it from https://nodejs.org/en/download, or as a Debian package:
  curl -fsSL https://deb.nodesource.com/setup_20.x | sudo bash - && sudo apt-get install nodejs"
}

# Installs the npm packages of a folder, when its package-lock.json has changed since the last time.
need_npm_packages() {
  local folder=$1
  local stamp=$folder/node_modules/.jedlik-lock
  cmp -s "$folder/package-lock.json" "$stamp" && return
  say "Installing the npm packages of ${folder#"$root"/}"
  (cd "$folder" && npm ci --no-fund --no-audit --loglevel=error >&2) || return
  cp "$folder/package-lock.json" "$stamp"
}

# Shows how far ninja is: one line that moves on a terminal, a line each tenth elsewhere. What is not
# progress (warnings, errors) is passed on.
show_progress() {
  local what=$1 line done_count total tenth=0 moving=
  while IFS= read -r line; do
    if [[ $line =~ ^\[([0-9]+)/([0-9]+)\] ]]; then
      done_count=${BASH_REMATCH[1]} total=${BASH_REMATCH[2]}
      [[ $total -lt 3 ]] && continue # ninja looking at its own build files
      if [[ -t 2 ]]; then
        printf '\rBuilding %s: %d of %d ' "$what" "$done_count" "$total" >&2
        moving=1
      elif [[ $((10 * done_count / total)) -gt $tenth ]]; then
        tenth=$((10 * done_count / total))
        say "Building $what: $done_count of $total"
      fi
    elif [[ ! $line =~ ^(-- |ninja: (Entering directory|no work to do)) ]]; then
      [[ -n $moving ]] && say ""
      moving=
      say "$line"
    fi
  done
  [[ -z $moving ]] || say ""
}

# build_preset <preset> [<target>...]: configures and builds one of CMakePresets.json, quietly where
# there is nothing to do.
build_preset() {
  local preset=$1
  shift
  local folder=$root/build/$preset
  if [[ ! -f $folder/build.ninja ]]; then
    say "Configuring $preset"
    local log
    log=$(mktemp)
    if ! (cd "$root" && cmake --preset "$preset") >"$log" 2>&1; then
      cat "$log" >&2
      rm -f "$log"
      die "CMake could not configure $preset."
    fi
    rm -f "$log"
  fi
  NINJA_STATUS='[%f/%t] ' ninja -C "$folder" -j "$(build_jobs)" "$@" 2>&1 |
    show_progress "$preset" || die "The $preset build failed."
}

# One compiler a core, but not more than memory has room for (1.5 GiB each).
build_jobs() {
  local cores kib
  cores=$(nproc)
  kib=$(awk '/^MemAvailable/ { print $2 }' /proc/meminfo)
  local room=$((kib / 1572864))
  [[ $room -lt 1 ]] && room=1
  echo $((cores < room ? cores : room))
}
