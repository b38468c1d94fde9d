# Finds a JDK of version 25 or newer: JAVA_HOME first, then java on the PATH, then the usual folders.

larder_java_version() { # JAVA_HOME -> its feature version, from the release file, without starting it
  sed -n 's/^JAVA_VERSION="\([0-9]*\).*/\1/p' "$1/release" 2>/dev/null
}

find_jdk() {
  local home version best="" best_version=0
  for home in "${JAVA_HOME:-}" \
    "$(p=$(command -v javac 2>/dev/null) && dirname "$(dirname "$(readlink -f "$p")")")" \
    /usr/lib/jvm/* "$HOME"/.sdkman/candidates/java/* "$HOME"/.jdks/* /opt/jdk* /opt/java/*; do
    [ -n "$home" ] && [ -x "$home/bin/javac" ] || continue
    version=$(larder_java_version "$home")
    [ "${version:-0}" -ge 25 ] || continue
    if [ "$home" = "${JAVA_HOME:-}" ]; then
      printf '%s\n' "$home"
      return 0
    fi
    if [ "$version" -gt "$best_version" ]; then
      best=$home best_version=$version
    fi
  done
  if [ -n "$best" ]; then
    printf '%s\n' "$best"
    return 0
  fi
  cat >&2 <<'M'
larder: no JDK 25 or newer found (looked at JAVA_HOME, the PATH, /usr/lib/jvm, ~/.sdkman, ~/.jdks, /opt)
  hint: install one, for instance from https://adoptium.net (Temurin 25), and set JAVA_HOME to its folder
M
  return 1
}
