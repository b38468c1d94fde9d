# What ./larder does when it is first used, or when the sources are newer than what was built. Sourced; needs $root.
. "$root/scripts/jdk.sh"

fail() { # MESSAGE [HINT]…
  echo "larder: $1" >&2
  shift
  while [ $# -gt 0 ]; do
    echo "  hint: $1" >&2
    shift
  done
  exit 1
}

may_install() {
  [ "$EUID" = 0 ] && [ "${LARDER_SETUP:-}" != never ] && command -v apt-get >/dev/null
}

apt_install() { # PACKAGE…
  echo "larder: installing $* (apt; LARDER_SETUP=never forbids it)" >&2
  local log
  log=$(mktemp)
  export DEBIAN_FRONTEND=noninteractive
  apt-get install -y -qq --no-install-recommends "$@" >"$log" 2>&1 </dev/null ||
    { apt-get update -qq && apt-get install -y -qq --no-install-recommends "$@"; } >"$log" 2>&1 </dev/null || {
    tail -n 15 "$log" >&2
    rm -f "$log"
    return 1
  }
  rm -f "$log"
}

# What RUN steps and services need of the system.
install_tools() {
  local missing=() pair
  for pair in crun:crun ip:iproute2 nft:nftables unshare:util-linux; do
    command -v "${pair%%:*}" >/dev/null || missing+=("${pair#*:}")
  done
  [ ${#missing[@]} -gt 0 ] || return 0
  if may_install; then
    apt_install "${missing[@]}" ||
      echo "larder: apt could not install ${missing[*]}; going on without" >&2
  else
    echo "larder: going on without ${missing[*]}; to have RUN steps and services: sudo apt-get install ${missing[*]}" >&2
  fi
}

require_user_namespaces() {
  local answer user
  user=$(id -un)
  command -v newuidmap >/dev/null ||
    fail "not root, and newuidmap is missing, which gives an ordinary user the ids that images need" \
      "sudo apt-get install uidmap" "or run it as root"
  grep -qs "^$user:" /etc/subuid && grep -qs "^$user:" /etc/subgid ||
    fail "not root, and $user has no ids of its own in /etc/subuid and /etc/subgid" \
      "sudo usermod --add-subuids 100000-165535 --add-subgids 100000-165535 $user" "or run it as root"
  answer=$(unshare --user --map-auto --map-root-user -m true 2>&1) ||
    fail "not root, and this system lets no ordinary user make namespaces: $answer" \
      "sudo sysctl kernel.unprivileged_userns_clone=1 (older Debian), kernel.apparmor_restrict_unprivileged_userns=0 (Ubuntu)" \
      "or run it as root"
}

# Runs a command that takes a while; where someone looks on, shows that time goes by.
patiently() { # WHAT LOG COMMAND…
  local what=$1 log=$2 started=$SECONDS pid status=0
  shift 2
  "$@" >"$log" 2>&1 </dev/null &
  pid=$!
  trap 'kill "$pid" 2>/dev/null' INT TERM
  if [ -t 2 ]; then
    while kill -0 "$pid" 2>/dev/null; do
      printf '\rlarder: %s … %d s' "$what" $((SECONDS - started)) >&2
      sleep 0.5
    done
  else
    echo "larder: $what …" >&2
  fi
  wait "$pid" || status=$?
  trap - INT TERM
  if [ -t 2 ]; then printf '\r\033[K' >&2; fi
  return "$status"
}

# Builds the jars by Maven and puts them into a folder of their own, $distribution: what runs from an older one goes
# on running.
build_distribution() {
  local state=$root/.larder jdk folder old maven=() stale
  mkdir -p "$state" 2>/dev/null && [ -w "$state" ] ||
    fail "can't build: $root can't be written to, and nothing is built in it" \
      "start ./larder once as a user who may write there"
  jdk=$(find_jdk) || exit 1
  exec 9>"$state/lock"
  flock -n 9 || { echo "larder: another one is being built; waiting for it" >&2 && flock 9; }
  distribution=$state/$(cat "$state/current" 2>/dev/null || echo none)
  if [ -f "$distribution/stamp" ] && [ -x "$(cat "$distribution/java-home")/bin/java" ]; then
    stale=$(find "$root/engine/src/main" "$root/cli/src/main" "$root"/{,engine/,cli/}pom.xml \
      -newer "$distribution/stamp" -print -quit)
    [ -n "$stale" ] || { exec 9>&- && return 0; } # somebody else built it meanwhile
  fi
  if ! command -v mvn >/dev/null; then
    may_install || fail "no Maven, which builds it" "sudo apt-get install maven"
    apt_install maven || fail "apt could not install maven"
  fi
  folder=$state/distributions/$(date +%s%N)
  mkdir -p "$folder"
  touch "$folder/stamp" # before: what is saved while Maven runs is newer
  (cd "$root" && JAVA_HOME=$jdk patiently "building it from the sources by Maven" "$state/build.log" \
    mvn -B -ntp -q -Pquick package) || {
    grep -m 12 -E 'ERROR|FATAL' "$state/build.log" >&2 || tail -n 20 "$state/build.log" >&2
    rm -rf "$folder"
    fail "the build failed; all of it is in $state/build.log"
  }
  "$root/scripts/make-distribution" "$jdk" "$state/build/larder-cli" "$folder" ||
    fail "the distribution could not be made"
  # A file, not a link: the AOT cache knows the jars by their real paths.
  echo "distributions/${folder##*/}" >"$state/current.new"
  mv "$state/current.new" "$state/current"
  distribution=$folder
  for old in "$state/distributions"/*; do # a service's supervisor may run from an older one
    [ "$old" = "$folder" ] || grep -qslF "$old" /proc/[0-9]*/cmdline || rm -rf "$old"
  done
  exec 9>&-
}
